package backhaul.relay;

import backhaul.transport.ServiceManager;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Tells systemd, if it has started the relay, that the relay is ready and alive, and its state. It is alive if {@link
 * LiveCheck} calls it live and housekeeping, on which {@link #turn} runs, is alive too: if one of the loops stands
 * still, systemd is told nothing more and restarts the service. A relay that waits for a port or a file is ready,
 * because the service does run; the status line says what it waits for.
 */
final class ServiceReport {
    /** After a process was stopped for a while, its loops are late for a moment. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final ServiceManager manager; // null if there is nobody to tell
    private final RelayLog log;
    private long aliveAt = System.nanoTime(); // housekeeping only
    private boolean said; // it was logged that something stands still; housekeeping only

    ServiceReport(Executor tasks, RelayLog log) {
        this(ServiceManager.of(System.getenv(), ProcessHandle.current().pid(), tasks::execute, log::warning), log);
    }

    ServiceReport(ServiceManager manager, RelayLog log) {
        this.manager = manager;
        this.log = log;
    }

    /** Reports on a running relay. */
    void turn(RelayWatch watch) {
        if (manager == null) {
            return;
        }
        long now = System.nanoTime();
        if (watch.isReceiving() && watch.isAccepting()) {
            aliveAt = now;
            said = false;
            manager.turn(watch::state, watch::line);
        } else if (!said && now - aliveAt > PATIENCE) {
            said = true;
            log.error("The relay's " + (watch.isReceiving() ? "acceptor" : "receiver")
                    + " makes no progress: systemd gets no more signs of life, and restarts the relay");
        }
    }

    /** Reports on one that is not running, with the reason. */
    void turn(String reason) {
        if (manager != null) {
            manager.turn(() -> reason, () -> reason);
        }
    }

    /** Any thread. */
    void stopping() {
        if (manager != null) {
            manager.stopping();
        }
    }
}
