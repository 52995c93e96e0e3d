package backhaul.pki;

import backhaul.transport.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;

/**
 * One attribute of a distinguished name.
 *
 * @param oid its type, dotted
 * @param value the text, or the hexadecimal DER encoding if it is not text
 * @param text which of the two
 */
record Attribute(String oid, String value, boolean text) {
    private static final int UTF8_STRING = 0x0c;
    private static final int NUMERIC_STRING = 0x12;
    private static final int PRINTABLE_STRING = 0x13;
    private static final int TELETEX_STRING = 0x14;
    private static final int IA5_STRING = 0x16;
    private static final int VISIBLE_STRING = 0x1a;
    private static final int UNIVERSAL_STRING = 0x1c;
    private static final int BMP_STRING = 0x1e;

    /** From the DER encoding of the value. */
    static Attribute decode(String oid, byte[] der) {
        Charset charset = der.length == 0
                ? null
                : switch (der[0]) {
                    case UTF8_STRING -> StandardCharsets.UTF_8;
                    case NUMERIC_STRING, PRINTABLE_STRING, TELETEX_STRING, IA5_STRING, VISIBLE_STRING ->
                        StandardCharsets.ISO_8859_1;
                    case UNIVERSAL_STRING -> Charset.forName("UTF-32BE");
                    case BMP_STRING -> StandardCharsets.UTF_16BE;
                    default -> null;
                };
        if (charset != null) {
            try {
                Der element = new Der(der);
                byte[] content = element.content(der[0]);
                if (!element.hasMore()) {
                    String text = charset.newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString();
                    return new Attribute(oid, text, true);
                }
            } catch (CharacterCodingException | IllegalArgumentException e) {
                // Not the text that its tag promises: kept as bytes, equal only to itself.
            }
        }
        return new Attribute(oid, HexFormat.of().formatHex(der), false);
    }

    /**
     * The form in which equal attributes are identical: case and runs of spaces are folded (RFC 5280 section 7.1). Control
     * characters are not folded: they make the value a different one.
     */
    String folded() {
        if (!text) {
            return oid + '#' + value;
        }
        String folded = Normalizer.normalize(value, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replaceAll(" +", " ");
        int from = folded.startsWith(" ") ? 1 : 0;
        int to = folded.endsWith(" ") ? folded.length() - 1 : folded.length();
        return oid + '=' + folded.substring(from, Math.max(from, to));
    }

    /** {@code TYPE=value} as in RFC 4514. */
    String rfc4514() {
        return written(",+\"\\<>;", "\\", true);
    }

    /** {@code TYPE=value} as in OpenSSL's one-line form, with a backslash before characters that would end the value. */
    String oneLine() {
        return written("/+\\", "\\x", false);
    }

    /**
     * Writes the attribute in one of the forms.
     *
     * @param special the characters to escape with a backslash
     * @param octet the prefix of each byte of a character that does not print
     * @param edges whether a leading or trailing space is escaped, too
     */
    private String written(String special, String octet, boolean edges) {
        StringBuilder out = new StringBuilder(AttributeTypes.name(oid)).append('=');
        if (!text) {
            return out.append('#').append(value).toString();
        }
        for (int i = 0; i < value.length(); ) {
            int character = value.codePointAt(i);
            int next = i + Character.charCount(character);
            boolean edge = i == 0 || next == value.length();
            if (!Printable.isPrintable(character)) {
                escape(out, character, octet);
            } else {
                boolean escaped = special.indexOf(character) >= 0
                        || character == ' ' && edge && edges
                        || character == '#' && i == 0;
                out.append(escaped ? "\\" : "").appendCodePoint(character);
            }
            i = next;
        }
        return out.toString();
    }

    private static void escape(StringBuilder out, int character, String prefix) {
        for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
            out.append(prefix).append(String.format(Locale.ROOT, "%02X", octet));
        }
    }
}
