package backhaul.agent;

import backhaul.pki.CredentialsWatch;
import backhaul.transport.ServiceManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Runs all connections: a thread for each relay, started and stopped together. Each watch whose file system or resolver
 * may hang has its own thread, so that none waits for the hang of another: certificates, metrics, state, the collector's
 * name. Tasks that never wait run on {@link Deadline#TIMER}.
 */
final class Agent {
    private static final Logger LOG = System.getLogger(Agent.class.getPackageName());

    /** For the last write, however long the stop took until then. */
    private static final Duration SAVE_LIMIT = Duration.ofMillis(200);

    /** Between two looks for the addresses of the connections: each asks the kernel for all interfaces. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(3);

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

    private final StopSignal stop;
    private final State state;
    private final List<Reconnector> reconnectors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Thread> watching = new ArrayList<>();
    private final List<Future<?>> recurring = new ArrayList<>(); // on the timer; empty until the start
    private final MetricsFile metrics; // null for none
    private ServiceReport report; // null if there is no service manager to report to; set before the start

    /** An agent that hands the messages to the collector. */
    static Agent of(AgentConfig config, CredentialsWatch credentials, State state) {
        StopSignal stop = new StopSignal();
        SyslogSenders senders = new SyslogSenders(config.collector(), config.catchUpRate(), stop);
        return new Agent(config, credentials, state, RelaySocket::isPresent, stop, senders::sender);
    }

    /**
     * @param present does this machine have that address?
     * @param senders makes the sender that takes the messages, for each relay
     */
    Agent(
            AgentConfig config,
            CredentialsWatch credentials,
            State state,
            Predicate<InetAddress> present,
            StopSignal stop,
            Function<RelayLog, SyslogSender> senders) {
        this.stop = stop;
        this.state = state;
        PendingNotices notices = new PendingNotices();
        for (HostPort relay : config.relays()) {
            Backoff backoff = new Backoff(() -> ThreadLocalRandom.current().nextDouble(), System::nanoTime);
            Reconnector reconnector = new Reconnector(
                    relay,
                    config,
                    credentials,
                    state,
                    senders,
                    notices,
                    stop,
                    backoff,
                    new Progress(System::nanoTime),
                    InetAddress::getAllByName,
                    present);
            reconnectors.add(reconnector);
            threads.add(new Thread(reconnector, relay.toString()));
        }
        watching.add(new Thread(new CertificateWatch(credentials, reconnectors, notices, stop), "cert watch"));
        metrics = config.metricsFile() == null ? null : metrics(config, credentials);
        if (metrics != null) {
            watching.add(new Thread(metrics, "metrics"));
        }
        watching.forEach(thread -> thread.setDaemon(true));
    }

    /** Has the agent report its state to it. Call this before {@link #start}. */
    void reportTo(ServiceManager manager) {
        report = new ServiceReport(manager, reconnectors);
    }

    void start() {
        state.start();
        threads.forEach(Thread::start);
        watching.forEach(Thread::start);
        recur(this::look, LOOK_INTERVAL, "its look for lost addresses");
        if (report != null) {
            recur(report::turn, REPORT_INTERVAL, "its reports to the service manager");
        }
    }

    private void recur(Runnable task, Duration interval, String what) {
        Runnable reporting = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "A mistake in the agent ended " + what, e);
                throw e; // the timer would end this task without a report
            }
        };
        recurring.add(Deadline.TIMER.scheduleWithFixedDelay(
                reporting, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** A connection whose address is gone is dead, but nothing would show it before the limit of silence. */
    private void look() {
        reconnectors.forEach(Reconnector::checkAddress);
    }

    /** Waits until all connections are closed, which never happens unless {@link #stop} is called. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * Stops all connections at once, then saves the positions and counters. It waits for that no longer than {@code
     * limit} and a little for the saving. Any thread, once.
     */
    void stop(Duration limit) {
        stop.request();
        if (report != null) {
            report.stopping();
        }
        recurring.forEach(task -> task.cancel(false));
        reconnectors.forEach(Reconnector::interrupt);
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long left = end - System.nanoTime();
        state.stop(left > SAVE_LIMIT.toNanos() ? Duration.ofNanos(left) : SAVE_LIMIT);
        if (metrics != null) {
            metrics.write();
        }
    }

    private MetricsFile metrics(AgentConfig config, CredentialsWatch credentials) {
        List<RelayCounters> counters =
                reconnectors.stream().map(Reconnector::counters).toList();
        return new MetricsFile(config.metricsFile(), AgentCommand.version(), counters, credentials, stop);
    }
}
