package backhaul.pki;

import backhaul.transport.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one written form of a distinguished name. This class detects the form of a text, and has the code that the forms
 * share. One parser per text.
 */
abstract class NameParser {
    static final String HEX = "[0-9A-Fa-f]{2}";

    private static final Pattern LABEL = Pattern.compile("(?i)\\s*(subject|issuer|owner)\\s*[=:]\\s*");

    /** The text as given, for messages. */
    final String whole;

    /** Without prefix and surroundings. */
    final String text;

    /** In the order of the encoding, once all is read. */
    final List<List<Attribute>> parts = new ArrayList<>();

    int position;

    NameParser(String whole, String text) {
        this.whole = whole;
        this.text = text;
    }

    static DistinguishedName parse(String whole) {
        Matcher label = LABEL.matcher(whole);
        String text = whole.substring(label.lookingAt() ? label.end() : 0).strip();
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a distinguished name is needed, such as /C=US/O=Example/CN=ca");
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the distinguished name " + quote(whole) + " has a control character or a line end in it");
        }
        NameParser parser = text.startsWith("/") ? new OneLineParser(whole, text) : new CommaParser(whole, text);
        parser.read();
        return new DistinguishedName(parser.parts.stream().map(List::copyOf).toList());
    }

    /** Fills {@link #parts}. */
    abstract void read();

    final boolean hexAt(int at) {
        return at + 2 <= text.length()
                && HexFormat.isHexDigit(text.charAt(at))
                && HexFormat.isHexDigit(text.charAt(at + 1));
    }

    final void add(boolean joined, Attribute attribute) {
        if (!joined) {
            parts.add(new ArrayList<>());
        }
        parts.get(parts.size() - 1).add(attribute);
    }

    /** {@code hex} is the written value if it stands for a DER encoding, else null. */
    final Attribute attribute(String type, Octets value, String hex) {
        String oid = AttributeTypes.oid(type);
        if (oid == null) {
            throw new IllegalArgumentException("the distinguished name " + quote(whole) + " has an unknown type "
                    + quote(type) + ": use C, ST, L, O, OU, CN, emailAddress or a dotted number (a slash within a"
                    + " value is written \\/)");
        }
        if (hex != null) {
            if (!hex.matches("#(" + HEX + ")+")) {
                throw unreadable(hex, "is not pairs of hexadecimal digits (a value that begins with # is written \\#)");
            }
            return Attribute.decode(oid, HexFormat.of().parseHex(hex.substring(1)));
        }
        String decoded = value.text();
        if (decoded == null) {
            throw unreadable(type, "has bytes that are not UTF-8");
        }
        if (decoded.isBlank()) {
            throw unreadable(type, "has no value: leave it out");
        }
        return new Attribute(oid, decoded, true);
    }

    final IllegalArgumentException unreadable(String part, String why) {
        return new IllegalArgumentException(
                quote(part.strip()) + " in the distinguished name " + quote(whole) + " " + why);
    }

    static String quote(String text) {
        return '"' + Printable.of(text, 200) + '"';
    }

    /** A value under construction, as UTF-8, because escapes name bytes. */
    static final class Octets {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        void character(int character) {
            octets.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
        }

        void octet(String hex) {
            octets.write(HexFormat.fromHexDigits(hex));
        }

        void dropLast(int count) {
            byte[] all = octets.toByteArray();
            octets.reset();
            octets.write(all, 0, all.length - count);
        }

        /** Null if it is not UTF-8. */
        String text() {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(octets.toByteArray()))
                        .toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }
    }
}
