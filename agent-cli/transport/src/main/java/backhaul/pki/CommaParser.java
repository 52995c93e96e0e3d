package backhaul.pki;

import java.util.Collections;
import java.util.List;

/**
 * RFC 4514, {@code CN=a+UID=b,O=Foo\, Inc.,C=US}, and OpenSSL's form of the opposite order, {@code C = US, O = "Foo,
 * Inc.", CN = a + UID = b}.
 */
final class CommaParser extends NameParser {
    private static final String NO_TYPE =
            "has no TYPE= in front (a comma or plus sign within a value is written \\, or \\+)";

    private final boolean labelled;

    /** {@code labelled}: there was a {@code subject=} or {@code issuer=} in front. */
    CommaParser(String whole, String text, boolean labelled) {
        super(whole, text);
        this.labelled = labelled;
    }

    @Override
    void read() {
        int attributes = 0;
        int spaced = 0;
        boolean spaceAfterCommas = true;
        boolean joined = false;
        while (true) {
            int from = position;
            int equals = typeEnd();
            String type = text.substring(from, equals);
            boolean spaceBefore = type.endsWith(" ");
            position = equals + 1;
            boolean spaceAfter = text.startsWith(" ", position);
            skipSpaces();
            int valueFrom = position;
            Octets value = text.startsWith("\"", position) ? quoted() : plain();
            String written = text.substring(valueFrom, position).strip();
            attributes++;
            spaced += spaceBefore && spaceAfter ? 1 : 0;
            add(joined, attribute(type.strip(), value, written.startsWith("#") ? written : null));
            if (position == text.length()) {
                break;
            }
            joined = text.charAt(position) == '+';
            position++;
            spaceAfterCommas &= joined || text.startsWith(" ", position);
            skipSpaces();
        }
        if (spaced != 0 && spaced != attributes) {
            throw new IllegalArgumentException("the order of the distinguished name " + quote(whole)
                    + " cannot be told, since only some of its equals signs have spaces around them: write it as"
                    + " /C=.../O=.../CN=...");
        }
        boolean country = isCountry(parts.get(0)) && !isCountry(parts.get(parts.size() - 1));
        if (spaced == 0 && !(spaceAfterCommas && (labelled || country))) {
            Collections.reverse(parts);
        }
    }

    private static boolean isCountry(List<Attribute> part) {
        return part.get(0).oid().equals("2.5.4.6");
    }

    /** Where the equals sign of the next attribute is. */
    private int typeEnd() {
        for (int i = position; i < text.length(); i++) {
            if (text.charAt(i) == '=' && i > position) {
                return i;
            }
            if (",;+=".indexOf(text.charAt(i)) >= 0) {
                throw unreadable(text.substring(position, i), NO_TYPE);
            }
        }
        throw unreadable(text.substring(position), NO_TYPE);
    }

    private Octets plain() {
        Octets value = new Octets();
        int trailing = 0;
        while (position < text.length() && ",;+".indexOf(text.charAt(position)) < 0) {
            int character = text.codePointAt(position);
            if (character == '\\') {
                escaped(value);
                trailing = 0;
            } else {
                value.character(character);
                trailing = character == ' ' ? trailing + 1 : 0;
                position += Character.charCount(character);
            }
        }
        value.dropLast(trailing);
        return value;
    }

    private Octets quoted() {
        Octets value = new Octets();
        int from = position++;
        while (position < text.length() && text.charAt(position) != '"') {
            int character = text.codePointAt(position);
            if (character == '\\') {
                escaped(value);
            } else {
                value.character(character);
                position += Character.charCount(character);
            }
        }
        if (position == text.length()) {
            throw unreadable(text.substring(from), "has no closing quotation mark");
        }
        position++;
        skipSpaces();
        if (position < text.length() && ",;+".indexOf(text.charAt(position)) < 0) {
            throw unreadable(text.substring(from), "goes on after its closing quotation mark");
        }
        return value;
    }

    private void escaped(Octets value) {
        if (hexAt(position + 1)) {
            value.octet(text.substring(position + 1, position + 3));
            position += 3;
        } else if (position + 1 < text.length() && " \"#+,;<=>\\/".indexOf(text.charAt(position + 1)) >= 0) {
            value.character(text.charAt(position + 1));
            position += 2;
        } else {
            throw unreadable(text.substring(position), "begins with a backslash that escapes nothing");
        }
    }

    private void skipSpaces() {
        while (text.startsWith(" ", position)) {
            position++;
        }
    }
}
