package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Keeps messages framed for a collector by TCP, the oldest first: copies of those that have arrived, then of those
 * written, then those that wait to be written. Any copy may have to be written again. All lie one behind the other in
 * one block of bytes: nothing is allocated per message.
 *
 * <p>Used by one relay's loop, on its thread.
 */
final class ResendBuffer {
    /**
     * Bytes of copies: more than can be in the send buffer that {@code TcpSender} asks for (up to 192 KiB). So
     * everything written before them has arrived, whether it was checked or not.
     */
    static final int KEPT = 256 * 1024;

    /** Copies of frames; those of 16 bytes fill {@link #KEPT}. */
    static final int MOST = 16 * 1024;

    // Collected for one write.
    private static final int WORTH_A_WRITE = 16 * 1024; // bytes
    private static final int MANY = 1024; // frames

    /** Bytes beside copies and the longest frames, so that the frames are seldom moved. */
    private static final int SLACK = 192 * 1024;

    private static final int ESCAPED = 4; // bytes of #012

    private final int longest; // bytes of a message in a frame
    private final int longestFrame;
    private final ByteBuffer octets;
    private final int[] ends = new int[2 * MOST]; // where each frame ends in bytes
    private final long[] arrivedAt = new long[2 * MOST]; // nanoTime
    private int first; // the oldest frame that is kept
    private int arrived; // the first frame that may not have arrived
    private int written; // the first frame that is not written in full
    private int count; // one past the last frame
    private int sent; // the first byte not written
    private boolean dropped; // a copy, since the connection began
    private long droppedAt; // nanoTime; when the newest of those arrived

    /** @param longest bytes of a message in a frame; longer ones are cut */
    ResendBuffer(int longest) {
        this.longest = longest;
        this.longestFrame = longest + 8; // with its length before it, or the LF behind
        this.octets = ByteBuffer.allocateDirect(KEPT + SLACK + 2 * longestFrame);
    }

    /** How many wait. */
    int waiting() {
        return count - written;
    }

    /** How many wait, or may not have arrived. */
    int underway() {
        return count - arrived;
    }

    /** Can no more be kept before some have arrived? Only with more frames of a few bytes than anybody sends. */
    boolean isFull() {
        return count - arrived >= MOST;
    }

    boolean worthAWrite() {
        return end() - sent >= WORTH_A_WRITE || waiting() >= MANY;
    }

    /** Adds {@code MSG-LEN SP MSG}; false if the message was cut. */
    boolean addCounted(byte[] message, int offset, int length) {
        makeRoom();
        boolean whole = length <= longest;
        byte[] mark = whole ? null : mark(length);
        int text = whole ? length : textBefore(mark, message, offset);
        int all = whole ? length : text + mark.length;
        int divisor = 1;
        while (all / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            octets.put((byte) ('0' + all / divisor % 10));
        }
        octets.put((byte) ' ').put(message, offset, text);
        if (!whole) {
            octets.put(mark);
        }
        ends[count++] = octets.position();
        return whole;
    }

    /**
     * Adds a line. One trailing LF ends it and is not doubled. Any other LF would forge a second message. So would a
     * NUL with syslog-ng, and with rsyslog a digit at the beginning, which it takes for a length.
     *
     * @return false if the message was cut
     */
    boolean addLine(byte[] message, int offset, int length) {
        makeRoom();
        int end = offset + (length > 0 && message[offset + length - 1] == '\n' ? length - 1 : length);
        int escaped = end - offset;
        for (int i = offset; i < end; i++) {
            escaped += isEscaped(message[i], i == offset) ? ESCAPED - 1 : 0;
        }
        boolean whole = escaped <= longest;
        byte[] mark = whole ? null : mark(length);
        int limit = octets.position() + (whole ? longest : longest - mark.length);
        int from = offset;
        int i = offset;
        for (; i < end; i++) {
            boolean escape = isEscaped(message[i], i == offset);
            if (octets.position() + i - from + (escape ? ESCAPED : 1) > limit) {
                i = wholeCharacters(message, from, i);
                break;
            }
            if (escape) {
                octets.put(message, from, i - from);
                escape(message[i]);
                from = i + 1;
            }
        }
        octets.put(message, from, i - from);
        if (!whole) {
            octets.put(mark);
        }
        octets.put((byte) '\n');
        ends[count++] = octets.position();
        return whole;
    }

    private static boolean isEscaped(byte octet, boolean first) {
        return octet == '\n' || octet == 0 || first && octet >= '0' && octet <= '9';
    }

    /** Writes a control character as rsyslog does: its octal number. */
    private void escape(byte octet) {
        octets.put((byte) '#')
                .put((byte) ('0' + (octet >> 6)))
                .put((byte) ('0' + (octet >> 3 & 7)))
                .put((byte) ('0' + (octet & 7)));
    }

    /** The bytes that wait to be written; report to {@link #sent} how many were. */
    ByteBuffer unsent() {
        return octets.clear().position(sent).limit(end());
    }

    /** This many more bytes were written. */
    void sent(int more, long now) {
        sent += more;
        while (written < count && ends[written] <= sent) {
            written++;
        }
        arrived(KEPT, now);
        while (first < arrived && (count - first > MOST || sent - ends[first] >= KEPT)) {
            dropped = true;
            droppedAt = arrivedAt[first++];
        }
    }

    /** Everything written has arrived except for the last {@code unacknowledged} bytes. */
    void arrived(long unacknowledged, long now) {
        while (arrived < written && ends[arrived] <= sent - unacknowledged) {
            arrivedAt[arrived++] = now;
        }
    }

    /** A connection begins. */
    void begin() {
        dropped = false;
    }

    /** The connection broke: all copies wait again. Returns how many there are. */
    int repeat() {
        int again = written - first;
        written = first;
        arrived = first;
        sent = begin(first);
        return again;
    }

    /** Only the frames that have not arrived wait again. */
    void repeatUnacknowledged() {
        first = arrived;
        repeat();
    }

    /**
     * The connection ended, and frames that arrived before {@code since} (nanoTime) were read: only the others wait
     * again.
     */
    int repeat(long since) {
        while (first < arrived && arrivedAt[first] - since < 0) {
            first++;
        }
        return repeat();
    }

    /** Did a frame arrive since then (nanoTime) that has no copy any more? */
    boolean missesSince(long since) {
        return dropped && droppedAt - since >= 0;
    }

    /** The end of a message that was cut. */
    private static byte[] mark(int length) {
        return (" [backhaul-agent: cut, was " + length + " octets]").getBytes(US_ASCII);
    }

    private int textBefore(byte[] mark, byte[] message, int offset) {
        int end = offset + longest - mark.length;
        return wholeCharacters(message, offset, end) - offset;
    }

    /** {@code end}, or the begin of the UTF-8 character that it would cut. */
    private static int wholeCharacters(byte[] message, int from, int end) {
        int i = end;
        while (i > from && end - i < 3 && (message[i] & 0xC0) == 0x80) {
            i--;
        }
        return (message[i] & 0xC0) == 0xC0 ? i : end;
    }

    private int begin(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    private int end() {
        return begin(count);
    }

    /** Makes room for one frame behind the others. */
    private void makeRoom() {
        if (octets.capacity() - end() < longestFrame || count == ends.length) {
            int origin = begin(first);
            octets.clear().position(origin).limit(end());
            octets.compact();
            for (int i = first; i < count; i++) {
                ends[i - first] = ends[i] - origin;
                arrivedAt[i - first] = arrivedAt[i];
            }
            sent -= origin;
            arrived -= first;
            written -= first;
            count -= first;
            first = 0;
        }
        octets.clear().position(end());
    }
}
