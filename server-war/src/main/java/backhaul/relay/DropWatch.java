package backhaul.relay;

import backhaul.transport.OwnMessage;
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

    private final KernelDrops kernel;
    private final Consumer<String> notice;
    private volatile long dropped; // housekeeping only; read by anybody
    private long lastLook; // housekeeping only, as all that follows; nanoTime
    private long lastNotice;
    private long said;

    DropWatch(KernelDrops kernel, Consumer<String> notice, long now) {
        this.kernel = kernel;
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
        kernel.read().ifPresent(drops -> dropped = drops);
        if (dropped > said && now - lastNotice >= NOTICE_INTERVAL_NANOS) {
            notice.accept(OwnMessage.messages(dropped - said)
                    + " lost before the relay could read them: the receive buffer of its UDP socket was full,"
                    + " see relay.udp.receive-buffer");
            said = dropped;
            lastNotice = now;
        }
    }

    /** Datagrams that the kernel has dropped so far, as last seen. */
    long dropped() {
        return dropped;
    }
}
