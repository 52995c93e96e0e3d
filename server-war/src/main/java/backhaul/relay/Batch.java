package backhaul.relay;

/**
 * Holds the data that one agent's writer has copied out of the ring: a run of whole octet-counted frames, or a piece of
 * one that is longer than a batch. Belongs to that writer, which reuses it.
 */
final class Batch {
    /** Bytes of the longest TLS record (RFC 8446 section 5.1): a smaller batch would make short records. */
    static final int RECORD = 16 * 1024;

    private final byte[] octets;
    private int length;
    private long messages;
    private int begun;

    /** {@code capacity} is more bytes than a frame has in front of its message. */
    Batch(int capacity) {
        this.octets = new byte[capacity];
    }

    Batch() {
        this(RECORD);
    }

    void clear() {
        filled(0, 0);
    }

    /** {@code messages} is the number of messages that end in it. */
    void filled(int length, long messages) {
        this.length = length;
        this.messages = messages;
    }

    /** It was sent: the rest of a message follows, or the next message. */
    void delivered() {
        begun = messages == 0 ? begun + length : 0;
    }

    byte[] octets() {
        return octets;
    }

    int capacity() {
        return octets.length;
    }

    int length() {
        return length;
    }

    long messages() {
        return messages;
    }

    /** Bytes of the first frame that earlier batches had; 0 if it begins here. */
    int begun() {
        return begun;
    }

    boolean isEmpty() {
        return length == 0;
    }
}
