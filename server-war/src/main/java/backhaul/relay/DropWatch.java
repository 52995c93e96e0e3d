package backhaul.relay;

import backhaul.transport.OwnMessage;
import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows the kernel's drop counter of the UDP socket and says in the stream itself when it has moved. Runs on
 * housekeeping.
 */
final class DropWatch {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Between two notices, however long the trouble lasts. */
    private static final long NOTICE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path tables;
    private final InetSocketAddress receiver;
    private final Consumer<String> notice;
    private volatile long dropped; // housekeeping only; read by anybody
    private long lastLook; // housekeeping only, as all that follows; nanoTime
    private long lastNotice;
    private long said;

    DropWatch(InetSocketAddress receiver, Consumer<String> notice, long now) {
        this(SocketTable.PROC_NET, receiver, notice, now);
    }

    DropWatch(Path tables, InetSocketAddress receiver, Consumer<String> notice, long now) {
        this.tables = tables;
        this.receiver = receiver;
        this.notice = notice;
        this.lastLook = now - INTERVAL_NANOS;
        this.lastNotice = now - NOTICE_INTERVAL_NANOS;
    }

    /** Looks at the counter, once a second at most. */
    void sweep(long now) {
        if (now - lastLook < INTERVAL_NANOS) {
            return;
        }
        lastLook = now;
        look();
        if (dropped > said && now - lastNotice >= NOTICE_INTERVAL_NANOS) {
            notice.accept(OwnMessage.messages(dropped - said)
                    + " lost before the relay could read them: the receive buffer of its UDP socket was full,"
                    + " see relay.udp.receive-buffer");
            said = dropped;
            lastNotice = now;
        }
    }

    private void look() {
        try (SocketTable table = SocketTable.open(tables, receiver)) {
            if (table.look()) {
                dropped = table.drops();
            }
        } catch (IOException e) {
            // This system does not tell.
        }
    }

    /** Datagrams that the kernel has dropped so far, as last seen; 0 where it does not tell. */
    long dropped() {
        return dropped;
    }
}
