package backhaul.agent;

import java.time.Duration;
import java.time.Instant;

/**
 * An instant by both clocks of the machine: the monotonic one stands still while the machine is suspended, the other
 * can be set.
 *
 * @param nanos of System.nanoTime
 * @param millis of the wall clock, since 1970
 */
record Moment(long nanos, long millis) {
    /** A larger difference means a clock that was wrong, not a machine that slept. */
    private static final Duration LONGEST_SLEEP = Duration.ofDays(366);

    static Moment now() {
        return new Moment(System.nanoTime(), System.currentTimeMillis());
    }

    Instant wall() {
        return Instant.ofEpochMilli(millis);
    }

    /** The time until then, including the time in which the machine was suspended. */
    Duration until(Moment end) {
        Duration awake = Duration.ofNanos(end.nanos - nanos);
        Duration byWall = Duration.between(wall(), end.wall());
        return byWall.compareTo(awake) > 0 && byWall.compareTo(LONGEST_SLEEP) <= 0 ? byWall : awake;
    }
}
