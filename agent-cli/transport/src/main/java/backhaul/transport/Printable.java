package backhaul.transport;

import java.util.Locale;

/**
 * Makes text from others safe for a log line: a character that does not print, or would reorder or split the line, becomes
 * a {@code \}{@code uXXXX} escape. Nothing that a peer writes into its certificate can forge a second line.
 */
public final class Printable {
    private static final String CUT = "…";

    private Printable() {}

    /** The text with everything unprintable escaped; {@code null} becomes an empty text. */
    public static String of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /** The same, cut to at most {@code limit} characters with an ellipsis at the end. */
    public static String of(String text, int limit) {
        StringBuilder line = new StringBuilder();
        if (text != null) {
            for (int i = 0; i < text.length() && line.length() <= limit; ) {
                int character = text.codePointAt(i);
                i += Character.charCount(character);
                if (isPrintable(character)) {
                    line.appendCodePoint(character);
                } else {
                    for (char unit : Character.toChars(character)) {
                        line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                    }
                }
            }
        }
        return cut(line.toString(), limit);
    }

    public static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = limit - CUT.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    /** Not a control or formatting character, a line end, an unusual space or half a character. */
    public static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> character == ' ';
            default -> true;
        };
    }
}
