package backhaul.agent;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a relay's loop stands still. Before each wait the loop says how long that may take; the timer looks whether it took
 * much longer. Messages are progress as well, at no price: their counter is there anyway.
 */
final class Progress {
    /** For a wait that only a peer ends: a relay that sends lines may say nothing for ever. */
    static final Duration FOR_EVER = Duration.ofDays(36_500);

    /** Beyond what the loop has said: for the steps between two waits, and a machine that is busy. */
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

    /** The loop will have gone on after so long. */
    void within(Duration limit) {
        until = clock.getAsLong() + limit.toNanos();
    }

    /** Does the loop stand still, which has received so many messages? */
    boolean standsStill(long messages) {
        long now = clock.getAsLong();
        if (messages != received) {
            received = messages;
            receivedAt = now;
        }
        return now - until > MARGIN.toNanos() && now - receivedAt > MARGIN.toNanos();
    }
}
