package backhaul.agent;

import backhaul.transport.ServiceManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reports to systemd, if it has started the agent, that the agent is ready and alive, and the state of its connections.
 * Ready means that each relay was tried once, with any result: a home without a network at boot still has an agent.
 * Everything here runs on the timer. If the timer or a relay's loop stands still, systemd gets no more reports and
 * restarts the service.
 */
final class ServiceReport {
    private static final Logger LOG = System.getLogger(ServiceReport.class.getPackageName());

    /** For the first attempts: starting the service waits for them. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    /** The time over which the rate is measured. */
    private static final long RATE_NANOS = 10_000_000_000L;

    /** Looks, one a second: a process that was stopped for a while briefly finds its loops late. */
    private static final int LATE = 3;

    private final ServiceManager manager;
    private final List<Reconnector> reconnectors;
    private final long begin = System.nanoTime();

    private final long[] counts; // messages of each relay at the last sample
    private final String[] rates; // of each relay by then; null before the first
    private long sampledAt = begin; // nanoTime
    private int late; // looks in a row that found a loop standing still

    ServiceReport(ServiceManager manager, List<Reconnector> reconnectors) {
        this.manager = manager;
        this.reconnectors = List.copyOf(reconnectors);
        this.counts = new long[reconnectors.size()];
        this.rates = new String[reconnectors.size()];
    }

    /** Once a second. */
    void turn() {
        long now = System.nanoTime();
        sample(now);
        // Ask each of them, because each look remembers.
        List<String> still = reconnectors.stream()
                .filter(Reconnector::standsStill)
                .map(reconnector -> reconnector.counters().relay().toString())
                .toList();
        if (!still.isEmpty()) {
            if (++late == LATE) {
                LOG.log(
                        Level.ERROR,
                        "The connection to " + String.join(", ", still)
                                + " makes no progress: systemd gets no more signs of"
                                + " life, and restarts the agent");
            }
            return;
        }
        late = 0;
        if (now - begin > PATIENCE.toNanos() || reconnectors.stream().allMatch(Reconnector::attempted)) {
            manager.turn(() -> line(false), () -> line(true));
        }
    }

    /** Any thread. */
    void stopping() {
        manager.stopping();
    }

    private void sample(long now) {
        long passed = now - sampledAt;
        if (passed < RATE_NANOS) {
            return;
        }
        sampledAt = now;
        for (int i = 0; i < counts.length; i++) {
            long count = reconnectors.get(i).counters().received.get();
            rates[i] = rate((count - counts[i]) * 1e9 / passed);
            counts[i] = count;
        }
    }

    /** {@code 0}, {@code 0.3}, {@code 12}: the number a second. */
    private static String rate(double perSecond) {
        return perSecond >= 10 || perSecond == 0
                ? Long.toString(Math.round(perSecond))
                : perSecond < 0.05 ? "<0.1" : String.format(Locale.ROOT, "%.1f", perSecond);
    }

    /** {@code Connected to relay.example.net:514, 78/s}, or the reason why it is not; of several relays one after the other. */
    private String line(boolean figures) {
        String line = IntStream.range(0, counts.length)
                .mapToObj(i -> reconnectors.get(i).state() + (figures ? figure(i) : ""))
                .collect(Collectors.joining("; "));
        return Character.toUpperCase(line.charAt(0)) + line.substring(1);
    }

    private String figure(int relay) {
        boolean connected = reconnectors.get(relay).counters().connectedSince() != null;
        return connected && rates[relay] != null ? ", " + rates[relay] + "/s" : "";
    }
}
