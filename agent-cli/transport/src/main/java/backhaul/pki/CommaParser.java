package backhaul.pki;

import java.util.Collections;

/**
 * RFC 4514, {@code CN=a+UID=b,O=Foo\\, Inc.,C=US}. With spaces or quotation marks beside the separators, as {@code openssl
 * x509 -subject} and Java print it, nothing shows which end comes first: such a name is refused, with the forms to write instead.
 */
final class CommaParser extends NameParser {
    private static final String NO_TYPE =
            "has no TYPE= in front (a comma or plus sign within a value is written \\, or \\+)";

    private boolean strict = true; // it is RFC 4514 so far

    CommaParser(String whole, String text) {
        super(whole, text);
    }

    @Override
    void read() {
        boolean joined = false;
        while (true) {
            int from = position;
            int equals = typeEnd();
            String type = text.substring(from, equals);
            strict &= !type.endsWith(" ");
            position = equals + 1;
            skipSpaces();
            int valueFrom = position;
            Octets value = text.startsWith("\"", position) ? quoted() : plain();
            String written = text.substring(valueFrom, position).strip();
            add(joined, attribute(type.strip(), value, written.startsWith("#") ? written : null));
            if (position == text.length()) {
                break;
            }
            joined = text.charAt(position) == '+';
            strict &= text.charAt(position) != ';';
            position++;
            skipSpaces();
        }
        if (!strict) {
            throw new IllegalArgumentException(instead());
        }
        Collections.reverse(parts);
    }

    private String instead() {
        String asWritten = new DistinguishedName(parts).oneLine();
        Collections.reverse(parts);
        String reversed = new DistinguishedName(parts).oneLine();
        return "the distinguished name " + quote(whole) + " does not show which end comes first: write " + asWritten
                + (asWritten.equals(reversed) ? "" : " if OpenSSL printed it, " + reversed + " if Java did")
                + (asWritten.contains("\\") ? ", in a properties file with each backslash doubled" : "");
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
        strict &= trailing == 0;
        value.dropLast(trailing);
        return value;
    }

    private Octets quoted() {
        strict = false;
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
            throw unreadable(text.substring(from), "continues after its closing quotation mark");
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
            strict = false;
            position++;
        }
    }
}
