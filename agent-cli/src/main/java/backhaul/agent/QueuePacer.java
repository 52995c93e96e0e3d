package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import backhaul.transport.SocketTable;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Paces by the fill of the collector's queue, for a collector on this machine. It looks only when the messages sent
 * since the last look could have filled the queue to the limit, so a collector that keeps up costs one look for a
 * hundred messages.
 *
 * <p>{@link ReceiveBuffer} finds the capacity; if it cannot, {@code net.core.rmem_default} is assumed. The value rises
 * once the queue was seen longer, and falls after drops. Messages already read can take up to a quarter of it, because
 * the kernel gives their room back late ({@code udp_rmem_release}); other senders may fill the rest. Hence the limit
 * well below the whole.
 *
 * <p>A socket that is not in the table (forwarded elsewhere by address translation) is paced by rate.
 */
final class QueuePacer implements Pacer {
    private static final String RMEM_DEFAULT = "/proc/sys/net/core/rmem_default";
    private static final long STOCK_RMEM_DEFAULT = 212_992;

    /** About the smallest receive buffer that a socket can have (SOCK_MIN_RCVBUF). */
    private static final long LEAST_CAPACITY = 2_304;

    // How long to wait before the next look: about a sixteenth of the time held already.
    private static final long LEAST_WAIT = 100_000; // ns
    private static final long MOST_WAIT = 5_000_000; // ns
    private static final int WAIT_SHIFT = 4;

    private static final long LOOK_AT_LEAST = 1_000_000_000L; // ns between looks while little is sent
    private static final long FORGET_DROPS = 60_000_000_000L; // ns until a capacity that drops have lowered is doubled

    private final SocketTable table; // guarded by this
    private final Pacer unseen;
    private final LongSupplier clock;
    private final LongUnaryOperator capacities;

    // All guarded by this.
    private long assumed; // capacity of the socket if there were no drops
    private long capacity;
    private long capacityChanged; // nanoTime
    private long fill; // as seen at the last look, and the bytes sent since
    private boolean unlooked; // something was sent since
    private long looked; // nanoTime
    private boolean found;
    private boolean ever;
    private long inode;
    private long drops;
    private long untold; // drops that takeDropped has not yet returned
    private boolean holding;
    private long holdingSince; // nanoTime; again whenever the collector has read something
    private long lowest; // fill since then

    /** @param capacities of a socket by its inode */
    QueuePacer(SocketTable table, Pacer unseen, LongUnaryOperator capacities, LongSupplier clock) {
        this.table = table;
        this.unseen = unseen;
        this.clock = clock;
        this.capacities = capacities;
        this.capacityChanged = clock.getAsLong();
        synchronized (this) {
            look(clock.getAsLong());
        }
    }

    /** For the collector at this address of this machine; paced by rate if its queue cannot be seen. */
    static Pacer of(InetSocketAddress collector, Pacer unseen) {
        try {
            SocketTable table = SocketTable.open(SocketTable.PROC_NET, collector);
            return new QueuePacer(table, unseen, inode -> capacity(collector, inode), System::nanoTime);
        } catch (IOException e) {
            return unseen;
        }
    }

    /**
     * The most bytes that a datagram takes of a receive buffer. Linux 6.18 takes 832 up to 192 bytes, 1,280 up to 640,
     * 2,304 for 1,024, 4,352 for 2,048, 16,640 for 16,000 and 66,339 for 65,507. The memory comes in powers of two,
     * which include the headers (about 384 bytes), and 256 for the descriptor; for long ones, in pages.
     */
    static long truesize(int length) {
        if (length <= 192) {
            return 832;
        }
        if (length > 16_000) {
            return length + 4_096L;
        }
        return (Integer.highestOneBit(length + 383) << 1) + 256L;
    }

    @Override
    public synchronized long delay(int length) {
        long size = truesize(length);
        if (fill + size > limit()) {
            long now = clock.getAsLong();
            look(now);
            if (found && fill > 0 && fill + size > limit()) {
                if (!holding || fill < lowest) {
                    holding = true;
                    holdingSince = now;
                    lowest = fill;
                }
                return Math.max(LEAST_WAIT, Math.min(MOST_WAIT, (now - holdingSince) >> WAIT_SHIFT));
            }
            holding = false;
        }
        if (!found) {
            long wait = unseen.delay(length);
            if (wait > 0) {
                return wait;
            }
        }
        fill += size;
        unlooked = true;
        return 0;
    }

    @Override
    public synchronized long heldNanos() {
        return holding ? clock.getAsLong() - holdingSince : 0;
    }

    @Override
    public synchronized void idle() {
        long now = clock.getAsLong();
        if (unlooked && now - looked > LOOK_AT_LEAST) {
            look(now);
        }
    }

    @Override
    public synchronized long raise() {
        return found ? 0 : unseen.raise();
    }

    @Override
    public synchronized long takeDropped() {
        long told = untold;
        untold = 0;
        return told;
    }

    @Override
    public synchronized void close() {
        table.close();
    }

    /** Five eighths; once held back, half. */
    private long limit() {
        return holding ? capacity / 2 : capacity / 8 * 5;
    }

    private void look(long now) {
        looked = now;
        unlooked = false;
        found = table.look();
        fill = table.queued();
        if (!found) {
            return;
        }
        long before = table.inode() == inode ? drops : ever ? 0 : table.drops();
        long more = Math.max(0, table.drops() - before);
        if (table.inode() != inode) {
            assumed = capacities.applyAsLong(table.inode());
            capacity = assumed;
        }
        inode = table.inode();
        drops = table.drops();
        ever = true;
        untold += more;
        if (more > 0) {
            capacity = Math.max(LEAST_CAPACITY, capacity / 2);
            capacityChanged = now;
        } else if (capacity < assumed && now - capacityChanged > FORGET_DROPS) {
            capacity = Math.min(assumed, 2 * capacity);
            capacityChanged = now;
        }
        capacity = Math.max(capacity, fill);
    }

    private static long capacity(InetSocketAddress collector, long inode) {
        long told = ReceiveBuffer.of(collector.getPort(), inode);
        return told > 0 ? Math.max(LEAST_CAPACITY, told) : rmemDefault();
    }

    private static long rmemDefault() {
        // One read must take it all: a sysctl returns nothing from its second byte on, and Files begins with one byte.
        byte[] text = new byte[32];
        try (FileInputStream in = new FileInputStream(RMEM_DEFAULT)) {
            int length = Math.max(0, in.read(text));
            return Math.max(LEAST_CAPACITY, Long.parseLong(new String(text, 0, length, US_ASCII).strip()));
        } catch (IOException | NumberFormatException e) {
            return STOCK_RMEM_DEFAULT;
        }
    }
}
