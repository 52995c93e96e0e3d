package backhaul.agent;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Keeps copies of the last long datagrams. A router that one was too long for reports it only after others have been
 * sent, for each or for one. Those that it may have dropped are sent again, by then in fragments. Used by one relay's
 * loop.
 */
final class LongDatagrams {
    /** Bytes that every path takes: a packet of 576 (RFC 791) without its headers. Longer ones are kept. */
    static final int SHORT = 548;

    /** No answer takes longer; answers to earlier ones were found already, because any use of the socket finds them. */
    private static final long ANSWER = 1_000_000_000L; // ns

    private static final int MOST = 32;

    private final byte[][] octets = new byte[MOST][]; // each as long as the longest datagram it has held
    private final int[] lengths = new int[MOST];
    private final long[] sentAt = new long[MOST]; // nanoTime
    private long count; // of all copies ever kept

    void sent(byte[] message, int offset, int length) {
        if (length <= SHORT) {
            return;
        }
        int slot = (int) (count++ % MOST);
        if (octets[slot] == null || octets[slot].length < length) {
            octets[slot] = new byte[length];
        }
        System.arraycopy(message, offset, octets[slot], 0, length);
        lengths[slot] = length;
        sentAt[slot] = System.nanoTime();
    }

    void forget() {
        count = 0;
    }

    /** Takes one datagram. */
    interface Sink {
        void write(ByteBuffer datagram) throws IOException;
    }

    /** Hands over those that the answer may refer to, the newest and those sent just before it, and forgets all. */
    void repeat(Sink sink) throws IOException {
        long end = count;
        for (long i = Math.max(0, end - MOST); i < end; i++) {
            int slot = (int) (i % MOST);
            int length = lengths[slot];
            lengths[slot] = 0;
            if (length > 0 && sentAt[(int) ((end - 1) % MOST)] - sentAt[slot] < ANSWER) {
                sink.write(ByteBuffer.wrap(octets[slot], 0, length));
            }
        }
    }
}
