package backhaul.relay;

/** A run of whole octet-counted frames copied out of the ring. Belongs to one agent's writer and is used again. */
final class Batch {
    /** Octets: room for the longest frame, and for eight full TLS records, so that the last, short one costs little. */
    private static final int DEFAULT_CAPACITY = 128 * 1024;

    private final byte[] octets;
    private int length;
    private long messages;

    /** {@code capacity} octets, no less than the longest frame that will come. */
    Batch(int capacity) {
        this.octets = new byte[capacity];
    }

    Batch() {
        this(DEFAULT_CAPACITY);
    }

    void clear() {
        filled(0, 0);
    }

    void filled(int length, long messages) {
        this.length = length;
        this.messages = messages;
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

    boolean isEmpty() {
        return messages == 0;
    }
}
