package backhaul.relay;

import backhaul.pki.CredentialsWatch;
import backhaul.relay.settings.LibertySettings;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.RelayFileSource;
import backhaul.relay.settings.RelaySettings;
import backhaul.relay.status.Events;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;

/**
 * The relay as the container knows it: starts with the application and stops with it. It owns the managed threads and
 * the one running relay; a relay that cannot start now is tried again, and the reason is kept for the health checks.
 *
 * <p>Loops, writers, connections and the two kinds of recurring work, housekeeping and looking at files, have threads of
 * their own from the two factories. Work that ends runs on the managed executor: a restart with its drain, and telling
 * the service manager. A handshake ends as well but has its own thread, which becomes the agent's reader: on Java 17 the executor
 * shares the server's small pool, where a flood of strangers left good agents waiting until they were cut off.
 *
 * <p>{@link #start} throws nothing: an exception would leave a running server without its application, and no
 * explanation where anybody looks.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@ManagedThreadFactoryDefinition(name = "java:module/concurrent/loops")
@ManagedThreadFactoryDefinition(name = "java:module/concurrent/threads", virtual = true)
@ManagedExecutorDefinition(name = "java:module/concurrent/tasks", virtual = true)
public class SyslogRelay {
    /** Between two turns of housekeeping. */
    private static final Duration TURN = Duration.ofSeconds(1);

    /** The same if no message has arrived since the turn before, or there is no relay. */
    private static final Duration IDLE_TURN = Duration.ofSeconds(2);

    /** The same while a handshake or an end is under way, or the relay is not yet started: those wait for it. */
    private static final Duration HURRIED_TURN = Duration.ofMillis(200);

    private static final long RETRY_MILLIS = 3_000;

    @Inject
    Config source;

    /**
     * Platform threads on every Java, see {@link RelayStarter}: under a flood, virtual ones would leave no carrier to
     * others.
     */
    @Resource(lookup = "java:module/concurrent/loops")
    ManagedThreadFactory loops;

    /** For each connection, see {@link TlsListener}. */
    @Resource(lookup = "java:module/concurrent/threads")
    private ManagedThreadFactory threads;

    /** Only through {@link SingleTask}: the executor tells nobody what a task throws. */
    @Resource(lookup = "java:module/concurrent/tasks")
    ManagedExecutorService tasks;

    private final RelayLog log = new RelayLog();
    private volatile RelayConfig config; // null if there is nothing to try with; set by start, then by housekeeping
    private Rounds housekeeping; // set by start, before anybody else can call; null if there was a fault before it
    private Rounds reloading; // likewise
    private SingleTask restarting; // likewise
    private ServiceReport report; // likewise
    private volatile boolean attempted; // the first attempt to start has been made; set by start
    private volatile long lastTry; // nanoTime; written under this
    private boolean stopped; // guarded by this
    private volatile RunningRelay running; // written under this
    private volatile String problem; // why it is not running; written under this

    @PostConstruct
    void start() {
        try {
            prepare();
            begin();
        } catch (RuntimeException | Error e) {
            problem = "a fault of the relay: " + e;
            log.fault("Relay not started", e);
        }
        attempted = true;
    }

    /** The recurring work begins first: it also tells the service manager why there is no relay. */
    private void prepare() {
        restarting = new SingleTask(tasks, this::restart, e -> log.fault("Restarting the relay failed, going on", e));
        report = new ServiceReport(tasks, log);
        housekeeping = new Rounds(this::turn, e -> log.fault("Housekeeping failed, going on", e));
        reloading = new Rounds(this::reload, e -> log.fault("Looking at the certificate files failed, going on", e));
        start(housekeeping, "backhaul-housekeeping");
        start(reloading, "backhaul-files");
    }

    private void start(Rounds rounds, String name) {
        Thread thread = loops.newThread(rounds);
        thread.setName(name);
        thread.start();
    }

    private void begin() {
        RelaySettings settings = LibertySettings.read(source.getConfigSources(), RelayFileSource.serverDirectory());
        settings.warnings().forEach(log::warning);
        warn(LibertySettings.unknownToLiberty(settings, source.getConfigSources()));
        RelayWatch.shortcomings(settings.config()).forEach(log::warning);
        if (!settings.problems().isEmpty()) {
            misconfigured(String.join("; ", settings.problems()));
            return;
        }
        config = settings.config();
        tryToStart();
    }

    private void warn(String sentence) {
        if (sentence != null) {
            log.warning(sentence);
        }
    }

    /** A file may appear and a port become free, but no key of the configuration changes before the next start. */
    private void misconfigured(String why) {
        problem = why;
        log.error("Relay not started: " + problem + ". Correct the configuration and restart the server");
    }

    private synchronized void tryToStart() {
        if (stopped || running != null || config == null) {
            return;
        }
        lastTry = System.nanoTime();
        try {
            running = new RelayStarter(config, loops, threads, log).start();
            problem = null;
            running.describe().forEach(log::info);
        } catch (RelayConfig.Invalid e) {
            misconfigured(e.getMessage());
            config = null;
        } catch (RelayStarter.NotStartedException e) {
            notStarted(e.getMessage());
        } catch (RuntimeException | Error e) {
            notStarted(e.toString());
        }
    }

    private void notStarted(String why) {
        if (!why.equals(problem)) {
            problem = why;
            log.error("Relay not started: " + why + ". Trying again every " + RETRY_MILLIS / 1000 + " s until it can");
        }
    }

    /**
     * Does the recurring work and waits for nothing: work that may take long has another thread. Returns the time until
     * the next turn.
     */
    private Duration turn() {
        boolean reported = attempted; // otherwise the next turn has the result of the first attempt to report
        RunningRelay relay = running;
        if (relay == null ? isToBeTriedAgain() : relay.isRingLost()) {
            restarting.submit();
        } else if (relay != null) {
            relay.sweep();
        }
        report(relay);
        if (!reported || (relay == null ? config != null : relay.isBusyEnding())) {
            return HURRIED_TURN;
        }
        return relay == null || relay.isIdle() ? IDLE_TURN : TURN;
    }

    private void report(RunningRelay relay) {
        if (relay != null) {
            report.turn(relay.watch());
        } else if (attempted) {
            String why = problem;
            report.turn(
                    why == null
                            ? "Starting"
                            : "Not started: " + why
                                    + (config == null ? "" : "; trying again every " + RETRY_MILLIS / 1000 + " s"));
        }
    }

    private boolean isToBeTriedAgain() {
        return attempted && config != null && System.nanoTime() - lastTry > TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
    }

    /** Waits for disks, which nobody waits for. Returns the time until the next reload. */
    private Duration reload() {
        return running().map(RunningRelay::reload).orElse(CredentialsWatch.INTERVAL);
    }

    /** Starts the relay, after stopping one that has lost its ring: the next has another ring. */
    private synchronized void restart() {
        RunningRelay relay = running;
        if (stopped) {
            return;
        }
        if (relay != null && relay.isRingLost()) {
            log.error(
                    "Relay restarting: somebody has cut its ring, relay.backlog.file, or its disk has failed. Agents lose"
                            + " what the ring held for them");
            running = null;
            stop(relay);
        }
        tryToStart();
    }

    private static void stop(RunningRelay relay) {
        try {
            relay.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @PreDestroy
    synchronized void stop() {
        stopped = true;
        log.stopping();
        if (reloading != null) {
            housekeeping.stop();
            reloading.stop();
        }
        if (report != null) {
            report.stopping();
        }
        RunningRelay relay = running;
        problem = "the relay was stopped";
        running = null;
        if (relay == null) {
            return;
        }
        long begin = System.nanoTime();
        log.info("Relay stopping: " + relay.connected().size() + " agents connected");
        stop(relay);
        log.info("Relay stopped within " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms: "
                + relay.receivedInRun() + " messages received since its start");
    }

    /** The running relay, or empty while it cannot start or is stopped. */
    public Optional<RunningRelay> running() {
        return Optional.ofNullable(running);
    }

    /** Why it is not running, in a sentence; null while it is. */
    public String problem() {
        return problem;
    }

    /** The same for one that is not running, also while it is just being started. */
    public String reason() {
        String why = problem;
        return why == null ? "the relay is starting" : why;
    }

    /** Logs the failure of something that only looks at the relay: once with its stack trace, then rate-limited. */
    public void fault(String line, Exception failure) {
        log.fault(line, failure);
    }

    /** The last lines of its log, the latest first. */
    public List<Events.Event> events() {
        return log.events().latest();
    }
}
