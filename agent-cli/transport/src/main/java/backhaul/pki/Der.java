package backhaul.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Walks a DER encoding and builds one: the part of X.690 that keys and names need, definite lengths and one-byte tags.
 * Anything else is an {@link IllegalArgumentException} that quotes no content.
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int CONTEXT_0 = 0xa0;

    private final byte[] octets;
    private final int end;
    private int position;

    Der(byte[] octets) {
        this(octets, 0, octets.length);
    }

    private Der(byte[] octets, int from, int end) {
        this.octets = octets;
        this.position = from;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    boolean nextIs(int tag) {
        return hasMore() && (octets[position] & 0xff) == tag;
    }

    /** The content of the next element, which must have this tag. */
    Der enter(int tag) {
        if (!nextIs(tag)) {
            throw new IllegalArgumentException("DER: an element with tag " + tag + " is missing");
        }
        position++;
        int length = length();
        Der inside = new Der(octets, position, position + length);
        position += length;
        return inside;
    }

    byte[] content(int tag) {
        return enter(tag).rest();
    }

    /** The next element with its tag and length. */
    byte[] element() {
        int from = position;
        if (!hasMore()) {
            throw new IllegalArgumentException("DER: an element is missing");
        }
        enter(octets[position] & 0xff);
        return Arrays.copyOfRange(octets, from, position);
    }

    /** The rest. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(octets, position, end);
        position = end;
        return rest;
    }

    int number() {
        BigInteger number = new BigInteger(content(INTEGER));
        if (number.bitLength() > 31) {
            throw new IllegalArgumentException("DER: a number is too large");
        }
        return number.intValue();
    }

    /** An object identifier in dotted form. */
    String oid() {
        byte[] content = content(OID);
        StringBuilder dotted = new StringBuilder();
        BigInteger arc = BigInteger.ZERO;
        for (byte octet : content) {
            arc = arc.shiftLeft(7).or(BigInteger.valueOf(octet & 0x7f));
            if (octet < 0) {
                continue;
            }
            if (dotted.isEmpty()) {
                int first = arc.min(BigInteger.valueOf(80)).intValue() / 40;
                dotted.append(first).append('.').append(arc.subtract(BigInteger.valueOf(40L * first)));
            } else {
                dotted.append('.').append(arc);
            }
            arc = BigInteger.ZERO;
        }
        return dotted.toString();
    }

    private int length() {
        int first = next();
        if (first < 0x80) {
            return within(first);
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new IllegalArgumentException("DER: a length has an unsupported form");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | next();
        }
        return within(length);
    }

    private int within(int length) {
        if (length > end - position) {
            throw new IllegalArgumentException("DER: an element is longer than the one that contains it");
        }
        return length;
    }

    private int next() {
        if (!hasMore()) {
            throw new IllegalArgumentException("DER: ends within an element");
        }
        return octets[position++] & 0xff;
    }

    /** One element of this tag around the parts. */
    static byte[] encode(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream element = new ByteArrayOutputStream(length + 5);
        element.write(tag);
        if (length < 0x80) {
            element.write(length);
        } else {
            int count = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            element.write(0x80 | count);
            for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
                element.write(length >> shift);
            }
        }
        for (byte[] part : parts) {
            element.writeBytes(part);
        }
        return element.toByteArray();
    }
}
