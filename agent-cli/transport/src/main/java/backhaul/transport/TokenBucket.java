package backhaul.transport;

import java.util.function.LongSupplier;

/** Allows a burst at once, then a rate. Its owner makes sure that one thread uses it at a time. */
public final class TokenBucket {
    private final double burst;
    private final double nanos;
    private final LongSupplier clock;
    private double left;
    private long refilled;

    /** {@code burst} at once, and one more every {@code nanos}. */
    public TokenBucket(double burst, double nanos) {
        this(burst, nanos, System::nanoTime);
    }

    TokenBucket(double burst, double nanos, LongSupplier clock) {
        this.burst = burst;
        this.nanos = nanos;
        this.clock = clock;
        this.left = burst;
        this.refilled = clock.getAsLong();
    }

    /** Takes this much and returns true, if so much is left. */
    public boolean take(int amount) {
        long now = clock.getAsLong();
        left = Math.min(burst, left + (now - refilled) / nanos);
        refilled = now;
        if (left < amount) {
            return false;
        }
        left -= amount;
        return true;
    }
}
