package backhaul.relay;

import backhaul.transport.OwnMessage;
import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Watches the kernel's drop counter of the UDP socket and reports new drops in the stream itself. The socket and its
 * counter may outlive a run of the relay, so the ring remembers how many drops were reported. Runs on housekeeping, and
 * once at the end on the receiver.
 */
final class DropWatch {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The same while nothing is received: a full buffer drops, and is then read. */
    private static final long IDLE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Shortest time between two notices, however long the trouble lasts. */
    private static final long NOTICE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path tables;
    private final InetSocketAddress receiver;
    private final RingHeader ring;
    private final BiConsumer<String, Runnable> notice;
    private volatile long dropped; // written under this; read by anybody
    private long inode; // guarded by this, like all that follows; identifies the socket
    private long reported; // of its drops, including those on their way to the ring
    private long lastLook; // nanoTime
    private long receivedBefore; // datagrams, shortly before the last look
    private long lastNotice;

    /**
     * A watch that has not looked yet.
     *
     * @param tables where the kernel has them
     * @param notice takes a sentence for the stream, and a task to run once it is in the ring
     */
    DropWatch(Path tables, InetSocketAddress receiver, RingHeader ring, BiConsumer<String, Runnable> notice, long now) {
        this.tables = tables;
        this.receiver = receiver;
        this.ring = ring;
        this.notice = notice;
        this.lastLook = now - IDLE_INTERVAL_NANOS;
        this.lastNotice = now - NOTICE_INTERVAL_NANOS;
    }

    /**
     * Looks at the counter, at most once a second, and reports new drops.
     *
     * @param received datagrams that were read from the socket up to now
     */
    synchronized void sweep(long now, long received) {
        if (now - lastLook >= (received == receivedBefore ? IDLE_INTERVAL_NANOS : INTERVAL_NANOS)) {
            lastLook = now;
            receivedBefore = received;
            look();
        }
        if (now - lastNotice >= NOTICE_INTERVAL_NANOS && report()) {
            lastNotice = now;
        }
    }

    /** Looks for the last time. */
    synchronized void finish() {
        look();
        report();
    }

    private void look() {
        try (SocketTable table = SocketTable.open(tables, receiver)) {
            if (!table.look()) {
                return;
            }
            dropped = table.drops();
            if (table.inode() != inode) {
                inode = table.inode();
                reported = Math.min(dropped, ring.dropsReported(inode));
            }
        } catch (IOException e) {
            // This system does not report it.
        }
    }

    private boolean report() {
        long drops = dropped;
        long more = drops - reported;
        if (more <= 0) {
            return false;
        }
        reported = drops;
        long socket = inode;
        notice.accept(
                OwnMessage.messages(more)
                        + " lost before the relay could read them: the receive buffer of its UDP socket was full,"
                        + " see relay.udp.receive-buffer",
                () -> ring.dropsReported(socket, drops));
        return true;
    }

    /** Datagrams that the kernel has dropped so far, as last seen; 0 if it does not report them. */
    long dropped() {
        return dropped;
    }
}
