package backhaul.relay;

/**
 * What one agent's writer has copied out of the ring: a run of whole octet-counted frames, or a piece of one that is longer
 * than a batch. Belongs to that writer and is used again.
 */
final class Batch {
    /** Octets of the longest TLS record (RFC 8446 section 5.1): with less, records would be short. */
    static final int RECORD = 16 * 1024;

    private final byte[] octets;
    private int length;
    private long messages;
    private int begun;

    /** More octets than a frame has in front of its message. */
    Batch(int capacity) {
        this.octets = new byte[capacity];
    }

    Batch() {
        this(RECORD);
    }

    void clear() {
        filled(0, 0);
    }

    /** {@code messages} is how many of them come to their end in it. */
    void filled(int length, long messages) {
        this.length = length;
        this.messages = messages;
    }

    /** It is out: what follows next is the rest of a message, or the next one. */
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

    /** Octets of the first frame that earlier batches had; 0 if it begins here. */
    int begun() {
        return begun;
    }

    boolean isEmpty() {
        return length == 0;
    }
}
