package backhaul.relay;

import backhaul.relay.status.Sample;
import backhaul.relay.status.Trend;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the relay's counters of the last 15 minutes, one sample a second, and how fast each agent takes messages.
 * Housekeeping adds, any thread reads; bounded.
 */
final class History {
    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** 15 minutes and some. */
    private static final int MOST_SAMPLES = 960;

    /** Seconds over which an agent's rate is measured. */
    private static final int RATE_SAMPLES = 11;

    /** The messages that each agent had been sent by {@code at}. */
    private record Sent(long at, Map<AgentConnection, Long> messages) {}

    private final Deque<Sample> samples = new ArrayDeque<>(); // oldest first; guarded by this
    private final Deque<Sent> sent = new ArrayDeque<>(); // likewise

    /** Whether the last sample is old enough for the next. */
    synchronized boolean isDue(long now) {
        return samples.isEmpty() || now - samples.getLast().at() >= INTERVAL_NANOS;
    }

    synchronized void add(Sample sample, List<AgentConnection> agents) {
        samples.addLast(sample);
        if (samples.size() > MOST_SAMPLES) {
            samples.removeFirst();
        }
        Map<AgentConnection, Long> messages = new HashMap<>();
        for (AgentConnection agent : agents) {
            messages.put(agent, agent.queue().sent());
        }
        sent.addLast(new Sent(sample.at(), messages));
        if (sent.size() > RATE_SAMPLES) {
            sent.removeFirst();
        }
    }

    /** Messages a second that the agent was sent lately; 0 until there are two samples of it. */
    synchronized double rate(AgentConnection agent) {
        Sent last = sent.peekLast();
        for (Sent first : sent) {
            Long before = first.messages().get(agent);
            Long after = last.messages().get(agent);
            if (before != null && after != null && last.at() > first.at()) {
                return (double) Math.max(0, after - before) * TimeUnit.SECONDS.toNanos(1) / (last.at() - first.at());
            }
        }
        return 0;
    }

    /** The samples, with {@code now} as the last. */
    synchronized Trend upTo(Sample now) {
        return new Trend(List.copyOf(samples), now);
    }
}
