package backhaul.agent;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Copies of the last long datagrams: a router that one was too long for says so only after others have been sent, and says
 * it of each or of one. What it may have thrown away is sent again, in fragments by then. Used by one relay's loop.
 */
final class LongDatagrams {
    /** Octets that every path takes: a packet of 576 (RFC 791) without its headers. Longer ones are kept. */
    static final int SHORT = 548;

    /** No answer takes longer; those of earlier ones have been found, since any use of the socket does. */
    private static final long ANSWER = 1_000_000_000L; // ns

    private static final int MOST = 32;

    private final byte[][] octets = new byte[MOST][]; // each as long as the longest that it was for
    private final int[] lengths = new int[MOST];
    private final long[] sentAt = new long[MOST]; // nanoTime
    private long count; // of all that were ever kept

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

    /** Hands over those that the answer may be to, the newest and others sent just before it, and forgets all. */
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
