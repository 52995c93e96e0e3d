package backhaul.pki;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** OpenSSL's one-line form: {@code /C=US/O=Example, Inc./CN=a+UID=b}. */
final class OneLineParser extends NameParser {
    /** The start of the next attribute after a slash or a plus; a slash before anything else belongs to the value. */
    private static final Pattern TYPE = Pattern.compile("([A-Za-z][A-Za-z0-9-]*|(OID\\.)?[0-9]+(\\.[0-9]+)+)\\s*=");

    OneLineParser(String whole, String text) {
        super(whole, text);
    }

    @Override
    void read() {
        char separator = '/';
        while (position < text.length()) {
            position++;
            Matcher type = TYPE.matcher(text).region(position, text.length());
            if (!type.lookingAt()) {
                throw unreadable(text.substring(position), "has no TYPE= in front");
            }
            position = type.end();
            int from = position;
            Octets value = value();
            String written = text.substring(from, position).strip();
            add(separator == '+', attribute(type.group(1), value, isElement(written) ? written : null));
            separator = position < text.length() ? text.charAt(position) : '/';
        }
    }

    private Octets value() {
        Octets value = new Octets();
        while (position < text.length()) {
            char character = text.charAt(position);
            if (character == '\\' && text.startsWith("x", position + 1) && hexAt(position + 2)) {
                value.octet(text.substring(position + 2, position + 4));
                position += 4;
            } else if (character == '\\'
                    && position + 1 < text.length()
                    && "/+\\=,#\"".indexOf(text.charAt(position + 1)) >= 0) {
                value.character(text.codePointAt(position + 1));
                position += 2;
            } else if (character == '/' && typeAt(position + 1) != null) {
                break;
            } else if (character == '+'
                    && typeAt(position + 1) != null
                    && AttributeTypes.oid(typeAt(position + 1)) != null) {
                break;
            } else {
                value.character(text.codePointAt(position));
                position += Character.charCount(text.codePointAt(position));
            }
        }
        return value;
    }

    private String typeAt(int at) {
        Matcher type = TYPE.matcher(text).region(at, text.length());
        return type.lookingAt() ? type.group(1) : null;
    }

    /** A value of one line that begins with a number sign is text, unless a whole DER element follows. */
    private static boolean isElement(String written) {
        if (!written.matches("#(" + HEX + ")+")) {
            return false;
        }
        try {
            Der der = new Der(HexFormat.of().parseHex(written.substring(1)));
            der.element();
            return !der.hasMore();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
