package backhaul.agent;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Detects a relay's loop that stands still. Before each wait the loop sets how long that may take; the timer checks
 * whether it took much longer. Messages count as progress too, at no cost: their counter exists anyway.
 */
final class Progress {
    /** For a wait that only a peer ends: a relay that sends lines may send nothing for ever. */
    static final Duration FOR_EVER = Duration.ofDays(36_500);

    /** Added to the loop's limit: for the steps between two waits, and a busy machine. */
    static final Duration MARGIN = Duration.ofSeconds(60);

    private final LongSupplier clock;
    private volatile long until; // by the clock; written by the loop

    // Timer only.
    private long received;
    private long receivedAt;

    Progress(LongSupplier clock) {
        this.clock = clock;
        this.receivedAt = clock.getAsLong();
        within(Duration.ZERO);
    }

    /** The loop will continue within this limit. */
    void within(Duration limit) {
        until = clock.getAsLong() + limit.toNanos();
    }

    /** Does the loop, which has received this many messages, stand still? */
    boolean standsStill(long messages) {
        long now = clock.getAsLong();
        if (messages != received) {
            received = messages;
            receivedAt = now;
        }
        return now - until > MARGIN.toNanos() && now - receivedAt > MARGIN.toNanos();
    }
}
