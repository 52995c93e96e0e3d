package backhaul.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The bounded ring of the newest messages, held as they go on the wire: octet-counted, one after the other.
 *
 * <p>DESIGN. One thread appends (the UDP receiver); any number of threads read (each agent's writer). No lock, no
 * allocation, and nobody waits for anybody. Positions are octets since the start and sequence numbers are messages
 * since the start; both only grow, and each is taken modulo the size of its array.
 *
 * <ul>
 *   <li><b>Publication.</b> The appender writes the octets and the end position of message {@code n}, then stores
 *       {@code next = n + 1} with release. A reader loads {@code next} with acquire and sees everything before it.
 *   <li><b>Overwriting</b> is a sequence lock. Before the appender touches octets or positions that belong to an older
 *       message it stores the new {@code oldest}, then a store-store fence, then writes. A reader copies first, then a
 *       load-load fence, then loads {@code oldest}: had its copy seen one overwritten octet, it would see an
 *       {@code oldest} beyond what it copied, and throws the copy away. What it reads meanwhile may be garbage, so it
 *       uses no value read from the ring as an index unchecked.
 * </ul>
 *
 * <p>Memory is the size asked for plus an eighth of it for the positions, outside the heap for the octets.
 */
final class Backlog {
    /** Octets of the shortest average frame for which the ring is used to the full; shorter ones use less of it. */
    private static final int OCTETS_PER_POSITION = 64;

    /** Octets of the longest {@code MSG-LEN SP}. */
    static final int MAX_HEADER = 6;

    /** Octets of the longest frame of a datagram. */
    static final int MAX_FRAME = MAX_HEADER + 65_507;

    private static final VarHandle NEXT;
    private static final VarHandle OLDEST;
    private static final VarHandle STARTS = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(Backlog.class, "next", long.class);
            OLDEST = MethodHandles.lookup().findVarHandle(Backlog.class, "oldest", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int size;
    private final ByteBuffer ring; // octets: racy, validated by the sequence lock
    private final long[] starts; // position of message n at n % length: opaque, validated by the sequence lock

    @SuppressWarnings("unused") // through NEXT: release by the appender, acquire or volatile by readers
    private long next;

    @SuppressWarnings("unused") // through OLDEST: opaque behind fences, as the header says
    private long oldest;

    private final byte[] header = new byte[MAX_HEADER]; // appender only
    private long head; // appender only: position where the next message starts
    private long sequence; // appender only: its own copy of next
    private long tail; // appender only: its own copy of oldest

    /**
     * A ring of {@code size} octets, at least two of the longest frames.
     *
     * @throws OutOfMemoryError if the JVM may not reserve that much direct memory
     */
    Backlog(int size) {
        if (size < 2 * MAX_FRAME) {
            throw new IllegalArgumentException("backlog of at least " + 2 * MAX_FRAME + " octets, was " + size);
        }
        this.size = size;
        this.ring = ByteBuffer.allocateDirect(size);
        this.starts = new long[size / OCTETS_PER_POSITION];
    }

    /** A ring of any size, for tests that want to see it turn. */
    Backlog(ByteBuffer ring, int positions) {
        this.size = ring.capacity();
        this.ring = ring;
        this.starts = new long[positions];
    }

    /** Takes over the message between position and limit of {@code message}; runs on the receiver thread alone. */
    void append(ByteBuffer message) {
        int length = message.remaining();
        int counted = octetCount(length);
        long end = head + counted + length;
        giveUpUntil(end);

        int at = put((int) (head % size), counted);
        put(at, message, length);
        STARTS.setOpaque(starts, slot(sequence + 1), end);
        head = end;
        sequence++;
        NEXT.setRelease(this, sequence);
    }

    /** Announces that everything which would share octets or a position with a message ending at {@code end} is gone. */
    private void giveUpUntil(long end) {
        long keep = tail;
        long firstOctet = end - size;
        long firstSlot = sequence + 2 - starts.length;
        while (keep < sequence && (keep < firstSlot || (long) STARTS.getOpaque(starts, slot(keep)) < firstOctet)) {
            keep++;
        }
        if (keep != tail) {
            tail = keep;
            OLDEST.setOpaque(this, keep);
            VarHandle.storeStoreFence();
        }
    }

    /** Writes {@code MSG-LEN SP} to the front of {@link #header}; returns its length. */
    private int octetCount(int length) {
        int digits = length < 10 ? 1 : length < 100 ? 2 : length < 1_000 ? 3 : length < 10_000 ? 4 : 5;
        int rest = length;
        for (int i = digits - 1; i >= 0; i--) {
            header[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        header[digits] = ' ';
        return digits + 1;
    }

    private int put(int at, int counted) {
        int before = Math.min(counted, size - at);
        ring.put(at, header, 0, before);
        if (before < counted) {
            ring.put(0, header, before, counted - before);
            return counted - before;
        }
        return at + before == size ? 0 : at + before;
    }

    private void put(int at, ByteBuffer message, int length) {
        int before = Math.min(length, size - at);
        ring.put(at, message, message.position(), before);
        if (before < length) {
            ring.put(0, message, message.position() + before, length - before);
        }
    }

    /**
     * Copies the longest run of whole frames from message {@code from} on that fits into {@code batch}; an empty batch
     * when there is nothing newer. Any thread.
     *
     * @return false if the ring no longer holds message {@code from}; the batch is then not to be used
     */
    boolean read(long from, Batch batch) {
        batch.clear();
        long to = (long) NEXT.getAcquire(this);
        if (from >= to) {
            return true;
        }
        long start = start(from);
        long last = start(to) - start <= batch.capacity() ? to : lastThatFits(from, to, start + batch.capacity());
        long length = start(last) - start;
        if (length >= 0 && length <= batch.capacity()) {
            copy((int) (start % size), batch.octets(), (int) length);
        }
        VarHandle.loadLoadFence();
        if ((long) OLDEST.getOpaque(this) > from) {
            return false;
        }
        batch.filled((int) length, last - from);
        return true;
    }

    /** The largest number between {@code from} and {@code to} whose message starts at {@code limit} or before. */
    private long lastThatFits(long from, long to, long limit) {
        long fits = from;
        long beyond = to;
        while (beyond - fits > 1) {
            long middle = (fits + beyond) >>> 1;
            if (start(middle) <= limit) {
                fits = middle;
            } else {
                beyond = middle;
            }
        }
        return fits;
    }

    private void copy(int at, byte[] into, int length) {
        int before = Math.min(length, size - at);
        ring.get(at, into, 0, before);
        if (before < length) {
            ring.get(0, into, before, length - before);
        }
    }

    private long start(long message) {
        return (long) STARTS.getOpaque(starts, slot(message));
    }

    private int slot(long message) {
        return (int) (message % starts.length);
    }

    /** The number that the next message will get, which is also how many there have been. Any thread. */
    long next() {
        return (long) NEXT.getVolatile(this);
    }

    /** The number of the oldest message that is still held. Any thread; may be out of date at once. */
    long oldest() {
        return (long) OLDEST.getAcquire(this);
    }

    /** Octets of the ring between message {@code from} and the end, about; for status. Any thread. */
    long octetsSince(long from) {
        long octets = start(next()) - start(Math.max(from, oldest()));
        return Math.max(0, Math.min(octets, size));
    }

    /** Octets written since the start, those included that are overwritten; about, for status. Any thread. */
    long written() {
        return start(next());
    }

    int size() {
        return size;
    }

    /** Messages that the ring holds at most, however short they are. */
    int mostMessages() {
        return starts.length - 1;
    }
}
