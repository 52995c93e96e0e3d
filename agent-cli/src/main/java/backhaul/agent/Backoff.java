package backhaul.agent;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: 1 s, doubling to 30 s, each shortened by up to a quarter so that agents that
 * lost the same relay do not come back in step. Pure but for the random numbers; used by one thread.
 */
final class Backoff {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** A connection that lived as long, and in which the relay spoke, was a good one. */
    static final Duration PROVEN = Duration.ofSeconds(5);

    private final DoubleSupplier random;
    private Duration delay = FIRST;

    /** Takes numbers in [0, 1). */
    Backoff(DoubleSupplier random) {
        this.random = random;
    }

    /** The wait after a connection, or an attempt at one, that ended like this. */
    Duration next(boolean relaySpoke, Duration lived) {
        if (relaySpoke && lived.compareTo(PROVEN) >= 0) {
            delay = FIRST;
        }
        Duration now = delay;
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return now.minusNanos((long) (now.toNanos() / 4 * random.getAsDouble()));
    }
}
