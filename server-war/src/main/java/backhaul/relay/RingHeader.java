package backhaul.relay;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The first bytes of a ring's memory: its identity, its progress, and the counters that outlive a run of the relay. In
 * a file the same bytes tell the next run whether it may continue the ring.
 *
 * <p>The identity is covered by a checksum and never changes. {@code next} and {@code oldest} are {@link Backlog}'s,
 * each on a cache line of its own. Every number changes by one store, so that a process may be killed at any instant.
 */
final class RingHeader {
    /** Bytes; the positions of the ring begin after them. */
    static final int OCTETS = 512;

    static final int NEXT = 128;
    static final int OLDEST = 256;

    /** Longs in the machine's byte order: a file from a machine with the other order has another magic. */
    static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Changes with the layout: a file with another version of it cannot be continued. */
    private static final long MAGIC_AND_FORMAT = 0x4261636b_68617501L;

    // The identity.
    private static final int MAGIC = 0;
    private static final int SIZE = 8;
    private static final int POSITIONS = 16;
    private static final int STREAM = 24;
    private static final int SINCE = 32;
    private static final int CHECKSUM = 40;

    // Who may continue the ring.
    private static final int BOOT_HIGH = 48;
    private static final int BOOT_LOW = 56;
    private static final int CLEAN = 64;
    private static final long CLEANLY_CLOSED = 0x636c6f73_65642121L;

    // Counters.
    private static final int NOTICES = 384; // twice as many, and one more while the next is being appended
    private static final int NOTICE_AT = 392; // the number of that one
    private static final int SOCKET = 400;
    private static final int DROPS_REPORTED = 408;

    private static final UUID NO_BOOT = new UUID(0, 0);

    private final ByteBuffer memory;

    /** The header of an existing ring. */
    RingHeader(ByteBuffer memory) {
        this.memory = memory.slice(0, OCTETS);
    }

    /** Makes the header of an empty ring in memory that may hold anything. */
    static RingHeader make(ByteBuffer memory, int size, int positions, long stream) {
        RingHeader header = new RingHeader(memory);
        for (int at = 0; at < OCTETS; at += Long.BYTES) {
            header.put(at, 0);
        }
        header.put(SIZE, size);
        header.put(POSITIONS, positions);
        header.put(STREAM, stream);
        header.put(SINCE, System.currentTimeMillis());
        header.sign();
        return header;
    }

    private long get(int at) {
        return (long) LONGS.getOpaque(memory, at);
    }

    private void put(int at, long value) {
        LONGS.setOpaque(memory, at, value);
    }

    private void sign() {
        put(MAGIC, MAGIC_AND_FORMAT);
        put(CHECKSUM, checksum());
    }

    private long checksum() {
        CRC32 crc = new CRC32();
        crc.update(memory.slice(0, CHECKSUM));
        return crc.getValue();
    }

    /** From now on only this boot of the machine may continue the ring, until {@link #closed}. */
    void opened() {
        UUID boot = boot();
        put(BOOT_HIGH, boot.getMostSignificantBits());
        put(BOOT_LOW, boot.getLeastSignificantBits());
        put(CLEAN, 0);
    }

    /** Any later boot may continue the ring: all of it is where it belongs. */
    void closed() {
        put(CLEAN, CLEANLY_CLOSED);
    }

    /** Why the ring cannot be continued, as far as the header tells; null if it has no objection. */
    String problem(long octets) {
        if (get(MAGIC) != MAGIC_AND_FORMAT) {
            return "it is not a ring of this version";
        }
        if (get(CHECKSUM) != checksum()) {
            return "its header is damaged";
        }
        if (RingSpace.octets(size(), positions()) != octets) {
            return "it has " + octets + " bytes instead of " + RingSpace.octets(size(), positions());
        }
        long next = get(NEXT);
        long oldest = get(OLDEST);
        if (oldest < 0
                || oldest > next
                || next - oldest >= positions()
                || get(NOTICES) < 0
                || get(NOTICES) / 2 > next) {
            return "its counters are damaged";
        }
        UUID boot = new UUID(get(BOOT_HIGH), get(BOOT_LOW));
        boolean sameBoot = boot.equals(boot()) && !boot.equals(NO_BOOT);
        return sameBoot || get(CLEAN) == CLEANLY_CLOSED ? null : "the machine was restarted while the relay ran";
    }

    /** The id of this boot of the machine; {@link #NO_BOOT} if the kernel does not report it. */
    private static UUID boot() {
        try {
            return UUID.fromString(
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        } catch (IOException | IllegalArgumentException e) {
            return NO_BOOT;
        }
    }

    /** Continues the stream of an older ring: its name and its counters. */
    void inherit(RingHeader older) {
        put(STREAM, older.get(STREAM));
        put(SINCE, older.get(SINCE));
        put(NOTICES, older.get(NOTICES));
        put(NOTICE_AT, older.get(NOTICE_AT));
        put(SOCKET, older.get(SOCKET));
        put(DROPS_REPORTED, older.get(DROPS_REPORTED));
        sign();
    }

    /** Bytes of messages. */
    int size() {
        return (int) get(SIZE);
    }

    int positions() {
        return (int) get(POSITIONS);
    }

    /** Random id of the stream whose newest messages this ring holds. */
    String stream() {
        return HexFormat.of().toHexDigits(get(STREAM));
    }

    /** When the ring was made: the stream's message 0 came after that. */
    Instant since() {
        return Instant.ofEpochMilli(get(SINCE));
    }

    /** The relay appends a message of its own with this number. Runs on the receiver, like {@link #noticeAppended}. */
    void appendingNotice(long number) {
        VarHandle.storeStoreFence(); // whoever sees this number sees that the notice before is counted
        put(NOTICE_AT, number);
        LONGS.setRelease(memory, NOTICES, get(NOTICES) | 1);
        VarHandle.storeStoreFence();
    }

    void noticeAppended() {
        LONGS.setRelease(memory, NOTICES, get(NOTICES) + 1);
    }

    /** Messages that the stream has had, and how many are the relay's own: both of one instant. Any thread. */
    Count count() {
        while (true) {
            long notices = (long) LONGS.getAcquire(memory, NOTICES);
            long at = (long) LONGS.getAcquire(memory, NOTICE_AT);
            long next = (long) LONGS.getAcquire(memory, NEXT);
            if (get(NOTICES) == notices) {
                boolean halfway = (notices & 1) == 1;
                return new Count(next, notices / 2 + (halfway && next > at ? 1 : 0));
            }
        }
    }

    /** Cleans up after a process that was killed half-way through an append. */
    void settle() {
        put(NOTICES, 2 * count().notices());
    }

    /**
     * Messages of the stream.
     *
     * @param next number of the next one
     * @param notices number of the relay's own
     */
    record Count(long next, long notices) {
        /** Messages from the host. */
        long received() {
            return next - notices;
        }
    }

    /** How many of the kernel's drops at the socket with this inode were reported. Any thread. */
    long dropsReported(long inode) {
        return get(SOCKET) == inode ? get(DROPS_REPORTED) : 0;
    }

    /** Remembers it. Runs on the receiver. */
    void dropsReported(long inode, long drops) {
        put(SOCKET, inode);
        put(DROPS_REPORTED, drops);
    }
}
