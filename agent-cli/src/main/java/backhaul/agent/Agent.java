package backhaul.agent;

import backhaul.pki.CredentialsWatch;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;

/** All connections of one run: a thread for each relay, started and stopped together. */
final class Agent {
    /** For the last write, whatever has taken long before. */
    private static final Duration SAVE_LIMIT = Duration.ofMillis(200);

    private final StopSignal stop;
    private final State state;
    private final List<Reconnector> reconnectors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Thread> watching = new ArrayList<>();
    private final MetricsFile metrics; // null for none

    Agent(AgentConfig config, CredentialsWatch credentials, State state) {
        this(config, credentials, state, NetworkWatch::isPresent);
    }

    /** With something else to ask whether this machine has an address. */
    Agent(AgentConfig config, CredentialsWatch credentials, State state, Predicate<InetAddress> present) {
        this(config, credentials, state, present, new StopSignal());
    }

    private Agent(
            AgentConfig config,
            CredentialsWatch credentials,
            State state,
            Predicate<InetAddress> present,
            StopSignal stop) {
        this(
                config,
                credentials,
                state,
                present,
                stop,
                new SyslogSenders(config.collector(), config.catchUpRate(), stop)::sender);
    }

    /** With something else in the collector's place: {@code senders} makes a sender for each relay. */
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
                    relay, config, credentials, state, senders, notices, stop, backoff, InetAddress::getAllByName);
            reconnectors.add(reconnector);
            threads.add(new Thread(reconnector, relay.toString()));
        }
        watching.add(new Thread(new NetworkWatch(reconnectors, present, stop), "network watch"));
        watching.add(new Thread(new CertificateWatch(credentials, reconnectors, notices, stop), "cert watch"));
        metrics = config.metricsFile() == null ? null : metrics(config, credentials);
        if (metrics != null) {
            watching.add(new Thread(metrics, "metrics"));
        }
        watching.forEach(thread -> thread.setDaemon(true));
    }

    void start() {
        state.start();
        threads.forEach(Thread::start);
        watching.forEach(Thread::start);
    }

    /** Waits until all connections have ended, which is for ever unless {@link #stop} is called. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * Stops all connections at once, then saves the positions and counters, and waits for it, but no longer than {@code
     * limit} and a little for the saving. Any thread, once.
     */
    void stop(Duration limit) {
        stop.request();
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
