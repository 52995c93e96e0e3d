package backhaul.relay;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The bounded ring of the newest messages, stored as they are sent: octet-counted, one after the other.
 *
 * <p>DESIGN. One thread appends (the UDP receiver); any number of threads read (each agent's writer). No lock, no
 * allocation, and no thread waits for another. Positions count bytes since the ring was made and sequence numbers count
 * messages since then; both only grow, and each is taken modulo the size of its array.
 *
 * <ul>
 *   <li><b>Publication.</b> The appender writes the bytes and the end position of message {@code n}, then stores {@code
 *       next = n + 1} with release. A reader loads {@code next} with acquire and sees everything before it.
 *   <li><b>Overwriting</b> is a sequence lock. Before the appender touches bytes or positions that belong to an older
 *       message, it stores the new {@code oldest}, then a store-store fence, then writes. A reader copies first, then a
 *       load-load fence, then loads {@code oldest}: if its copy has seen one overwritten byte, it sees an {@code
 *       oldest} beyond the copied messages, and discards the copy. The bytes that it reads meanwhile may be garbage, so
 *       it uses no value read from the ring as an index unchecked.
 *   <li><b>Recovery</b> is reading. The whole ring, including {@code next} and {@code oldest}, is in one block of
 *       memory, which may be a mapped file ({@link RingFile}). At any instant {@code oldest .. next - 1} is whole for
 *       any reader, and a process that was killed is a reader that looked at that instant: the next process continues
 *       from there.
 * </ul>
 *
 * <p>It takes memory outside of the heap: the requested size, an eighth of it for the positions, and the header.
 */
final class Backlog {
    /** Bytes of the longest {@code MSG-LEN SP}. */
    static final int MAX_HEADER = 6;

    /** Bytes of the longest frame of a datagram. */
    static final int MAX_FRAME = MAX_HEADER + 65_507;

    private static final VarHandle LONGS = RingHeader.LONGS;
    private static final int NEXT = RingHeader.NEXT; // release by the appender, acquire or volatile by readers
    private static final int OLDEST = RingHeader.OLDEST; // opaque behind fences, as the header says

    private final RingHeader about;
    private final ByteBuffer memory; // all of it; next and oldest through LONGS
    private final ByteBuffer starts; // position of message n at n % positions: opaque, validated by the sequence lock
    private final ByteBuffer ring; // bytes: racy, validated by the sequence lock
    private final int positions;
    private final int size;

    private final byte[] header = new byte[MAX_HEADER]; // appender only
    private long head; // appender only: position where the next message starts
    private long sequence; // appender only: its own copy of next
    private long tail; // appender only: its own copy of oldest

    /** Continues the ring in {@code memory}. */
    Backlog(ByteBuffer memory) {
        this.about = new RingHeader(memory);
        this.memory = memory.slice();
        this.size = about.size();
        this.positions = about.positions();
        this.starts = memory.slice(RingHeader.OCTETS, positions * Long.BYTES);
        this.ring = memory.slice(RingHeader.OCTETS + positions * Long.BYTES, size);
        this.sequence = next();
        this.tail = oldest();
        this.head = start(sequence);
        about.settle();
    }

    /**
     * A new ring that lives as long as the process.
     *
     * @throws OutOfMemoryError if the JVM may not reserve that much direct memory
     */
    static Backlog inMemory(int size) {
        return make(ByteBuffer.allocateDirect(RingSpace.octets(size)), size);
    }

    /** A new ring in this memory, which has {@link RingSpace#octets} bytes. */
    static Backlog make(ByteBuffer memory, int size) {
        return make(memory, size, RingSpace.positions(size), new SecureRandom().nextLong());
    }

    /** The same with any size, for tests in which the ring wraps around. */
    static Backlog make(ByteBuffer memory, int size, int positions, long stream) {
        LONGS.setOpaque(memory, RingHeader.OCTETS, 0L); // where message 0 starts
        RingHeader.make(memory, size, positions, stream);
        return new Backlog(memory);
    }

    /**
     * Checks every message in the ring, before any other thread has it.
     *
     * @return the damage, or null if every position leads to a frame that is as long as it says
     */
    String damage() {
        if (start(tail) < 0 || head < start(tail) || head - start(tail) > size) {
            return "its positions are damaged";
        }
        for (long message = tail; message < sequence; message++) {
            if (payload(message) < 0) {
                return "message " + (message - tail + 1) + " of the " + (sequence - tail) + " that it holds is damaged";
            }
        }
        return null;
    }

    /** Bytes of the message without its octet count, or -1 if the count is missing or wrong. */
    private int payload(long message) {
        long start = start(message);
        long end = start(message + 1);
        if (end - start < 2 || end - start > size) {
            return -1;
        }
        int length = 0;
        for (int digits = 0; digits < MAX_HEADER; digits++) {
            byte octet = ring.get((int) ((start + digits) % size));
            if (octet == ' ') {
                return start + digits + 1 + length == end ? length : -1;
            }
            if (octet < '0' || octet > '9') {
                return -1;
            }
            length = length * 10 + octet - '0';
        }
        return -1;
    }

    /** Continues the stream of {@code older}, another ring that nobody appends to: as much of it as fits here. */
    void continueFrom(Backlog older) {
        about.inherit(older.about);
        long first = older.oldest();
        head = older.start(first);
        LONGS.setOpaque(starts, slot(first), head);
        sequence = first;
        tail = first;
        LONGS.setOpaque(memory, OLDEST, first);
        LONGS.setRelease(memory, NEXT, first);
        for (long message = first; message < older.next(); message++) {
            byte[] octets = new byte[older.payload(message)];
            older.copy((int) ((older.start(message + 1) - octets.length) % older.size), octets, octets.length);
            append(ByteBuffer.wrap(octets));
        }
    }

    /** The ring's identity, and the counters that outlive a run. */
    RingHeader about() {
        return about;
    }

    /** Appends the message between position and limit of {@code message}; runs on the receiver thread only. */
    void append(ByteBuffer message) {
        int length = message.remaining();
        int counted = octetCount(length);
        long end = head + counted + length;
        giveUpUntil(end);

        int at = put((int) (head % size), counted);
        put(at, message, length);
        LONGS.setOpaque(starts, slot(sequence + 1), end);
        head = end;
        sequence++;
        LONGS.setRelease(memory, NEXT, sequence);
    }

    /** The same with a message of the relay's own. */
    void appendNotice(ByteBuffer notice) {
        about.appendingNotice(sequence);
        append(notice);
        about.noticeAppended();
    }

    /** Announces that every message which would share bytes or a position with one ending at {@code end} is gone. */
    private void giveUpUntil(long end) {
        long keep = tail;
        long firstOctet = end - size;
        long firstSlot = sequence + 2 - positions;
        while (keep < sequence && (keep < firstSlot || start(keep) < firstOctet)) {
            keep++;
        }
        if (keep != tail) {
            tail = keep;
            LONGS.setOpaque(memory, OLDEST, keep);
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
     * Copies the longest run of whole frames from message {@code from} on that fits into {@code batch}, or as much as
     * fits of a longer one. It leaves out the part of the first message that the batch had before. The batch is empty
     * if there is nothing newer. Any thread.
     *
     * @return false if the ring no longer holds message {@code from}; the batch must not be used then
     */
    boolean read(long from, Batch batch) {
        batch.clear();
        long to = (long) LONGS.getAcquire(memory, NEXT);
        if (from >= to) {
            return true;
        }
        long start = start(from) + batch.begun();
        long last = start(to) - start <= batch.capacity() ? to : lastThatFits(from, to, start + batch.capacity());
        long length = last == from ? batch.capacity() : start(last) - start;
        if (length >= 0 && length <= Math.min(batch.capacity(), size)) {
            copy((int) (start % size), batch.octets(), (int) length);
        }
        VarHandle.loadLoadFence();
        if ((long) LONGS.getOpaque(memory, OLDEST) > from) {
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
        return (long) LONGS.getOpaque(starts, slot(message));
    }

    /** Offset of a message's position in {@link #starts}, in bytes. */
    private int slot(long message) {
        return (int) (message % positions) * Long.BYTES;
    }

    /** The number that the next message will get, which is also the number of messages so far. Any thread. */
    long next() {
        return (long) LONGS.getVolatile(memory, NEXT);
    }

    /** The number of the oldest message that is still held. Any thread; may be out of date at once. */
    long oldest() {
        return (long) LONGS.getAcquire(memory, OLDEST);
    }

    /** Approximate bytes of the ring between message {@code from} and the end; for status. Any thread. */
    long octetsSince(long from) {
        long octets = start(next()) - start(Math.max(from, oldest()));
        return Math.max(0, Math.min(octets, size));
    }

    /** Approximate bytes written since the ring was made, including overwritten ones; for status. Any thread. */
    long written() {
        return start(next());
    }

    int size() {
        return size;
    }

    /** Random id of the stream. */
    String stream() {
        return about.stream();
    }

    /** The most messages that the ring can hold, however short they are. */
    int mostMessages() {
        return positions - 1;
    }
}
