package backhaul.agent;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Decides how long to wait before the next attempt: 1 s, doubling to 30 s, each shortened by up to a quarter so that
 * agents that lost the same relay do not come back in step. A relay that is being restarted is tried each second for a
 * minute. Pure except for the random numbers and the clock; used by one thread.
 */
final class Backoff {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** A connection that lived this long, and in which the relay spoke, was a good one. */
    static final Duration PROVEN = Duration.ofSeconds(5);

    /** A restart of a relay takes no longer, counted from the end of the last good connection. */
    static final Duration RESTART = Duration.ofMinutes(1);

    private final DoubleSupplier random;
    private final LongSupplier clock;
    private Duration delay = FIRST;
    private boolean connected; // there was a connection in which the relay spoke
    private long lost; // nanoTime; the end of it
    private boolean restarting; // since then, as far as the agent can see

    /** Takes numbers in [0, 1) and nanoTime. */
    Backoff(DoubleSupplier random, LongSupplier clock) {
        this.random = random;
        this.clock = clock;
    }

    /** The wait after a connection or an attempt with this outcome. */
    Duration next(Outcome outcome) {
        boolean good = outcome.relaySpoke() && outcome.lived().compareTo(PROVEN) >= 0;
        if (good) {
            delay = FIRST;
        }
        // A relay that accepts connections only to close them does not extend the time for a restart.
        if (good || outcome.relaySpoke() && !connected) {
            connected = true;
            lost = clock.getAsLong();
            restarting = false;
        }
        restarting |= outcome.next() == Outcome.Next.SOON;
        if (connected && restarting && clock.getAsLong() - lost < RESTART.toNanos()) {
            return shortened(FIRST);
        }
        return next(good);
    }

    /** The wait after one more failure, or after the first one since a success. */
    Duration next(boolean success) {
        if (success) {
            delay = FIRST;
        }
        Duration now = delay;
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return shortened(now);
    }

    private Duration shortened(Duration wait) {
        return wait.minusNanos((long) (wait.toNanos() / 4 * random.getAsDouble()));
    }
}
