package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import backhaul.transport.Wire;
import java.nio.ByteBuffer;

/**
 * Messages framed for a collector by TCP, the oldest first: copies of those written, which may have to be written again,
 * then those that wait to be. They lie one behind the other in one block of octets: nothing is allocated per message.
 *
 * <p>Used by one relay's loop, on its thread.
 */
final class Frames {
    /** Octets of copies: what can be in the send buffer that {@code TcpSender} asks for (up to 192 KiB), and some more. */
    static final int KEPT = 256 * 1024;

    /** Copies of frames; those of 16 octets fill {@link #KEPT}. */
    static final int MOST = 16 * 1024;

    // What is collected for one write.
    private static final int WORTH_A_WRITE = 16 * 1024; // octets
    private static final int MANY = 1024; // frames

    /** Copies, what waits, and the longest frame twice, so that seldom something has to be moved. */
    private static final int CAPACITY = KEPT + 1024 * 1024;

    /** The longest frame: a line of which each octet is an LF. */
    private static final int LONGEST = 4 * Wire.MAX_MESSAGE + 8;

    private static final byte[] ESCAPED_LF = "#012".getBytes(US_ASCII); // rsyslog's escape

    private final ByteBuffer octets = ByteBuffer.allocateDirect(CAPACITY);
    private final int[] ends = new int[2 * MOST]; // where each frame ends in octets
    private final long[] writtenAt = new long[2 * MOST]; // nanoTime
    private int first; // the oldest frame that is kept
    private int written; // the first frame that is not written in full
    private int count; // one past the last frame
    private int sent; // the first octet not written
    private boolean dropped; // a copy, since the connection began
    private long droppedAt; // nanoTime; when the newest of those was written

    /** How many wait. */
    int waiting() {
        return count - written;
    }

    boolean worthAWrite() {
        return end() - sent >= WORTH_A_WRITE || waiting() >= MANY;
    }

    /** Adds {@code MSG-LEN SP MSG}. */
    void addCounted(byte[] message, int offset, int length) {
        makeRoom();
        int divisor = 1;
        while (length / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            octets.put((byte) ('0' + length / divisor % 10));
        }
        octets.put((byte) ' ').put(message, offset, length);
        ends[count++] = octets.position();
    }

    /** Adds a line. One trailing LF ends it rather than being doubled; any other would forge a second message. */
    void addLine(byte[] message, int offset, int length) {
        makeRoom();
        int end = offset + (length > 0 && message[offset + length - 1] == '\n' ? length - 1 : length);
        int from = offset;
        for (int i = offset; i < end; i++) {
            if (message[i] == '\n') {
                octets.put(message, from, i - from).put(ESCAPED_LF);
                from = i + 1;
            }
        }
        octets.put(message, from, end - from).put((byte) '\n');
        ends[count++] = octets.position();
    }

    /** What waits, to be written; {@link #sent} is to be told how much was. */
    ByteBuffer unsent() {
        return octets.clear().position(sent).limit(end());
    }

    /** So many octets more are written. */
    void sent(int more, long now) {
        sent += more;
        while (written < count && ends[written] <= sent) {
            writtenAt[written++] = now;
        }
        while (first < written && (count - first > MOST || sent - ends[first] >= KEPT)) {
            dropped = true;
            droppedAt = writtenAt[first++];
        }
    }

    /** A connection begins. */
    void begin() {
        dropped = false;
    }

    /** The connection broke: all copies wait again. How many there are. */
    int repeat() {
        int again = written - first;
        written = first;
        sent = begin(first);
        return again;
    }

    /** The connection ended, and what was written before {@code since} (nanoTime) has arrived: only later copies wait again. */
    int repeat(long since) {
        while (first < written && writtenAt[first] - since < 0) {
            first++;
        }
        return repeat();
    }

    /** Was something written since then (nanoTime) that there is no copy of any more? */
    boolean missesSince(long since) {
        return dropped && droppedAt - since >= 0;
    }

    private int begin(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    private int end() {
        return begin(count);
    }

    /** Room for one frame, behind the others. */
    private void makeRoom() {
        if (CAPACITY - end() < LONGEST || count == ends.length) {
            int origin = begin(first);
            octets.clear().position(origin).limit(end());
            octets.compact();
            for (int i = first; i < count; i++) {
                ends[i - first] = ends[i] - origin;
                writtenAt[i - first] = writtenAt[i];
            }
            sent -= origin;
            written -= first;
            count -= first;
            first = 0;
        }
        octets.clear().position(end());
    }
}
