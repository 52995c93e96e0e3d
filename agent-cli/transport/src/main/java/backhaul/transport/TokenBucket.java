package backhaul.transport;

import java.util.function.LongSupplier;

/** So much at once, afterwards at a rate. Its owner sees to it that one thread uses it at a time. */
public final class TokenBucket {
    private final double burst;
    private final double nanos;
    private final LongSupplier clock;
    private double left;
    private long refilled;

    /** {@code burst} at once, and one more each {@code nanos}. */
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

    /** True if so much is left; then it is taken. */
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
