package backhaul.agent;

import java.util.function.LongSupplier;

/**
 * Paces by messages a second (a token bucket), for a collector whose queue cannot be seen. A burst of {@value #BURST}
 * goes at once: a stock receive buffer of 208 KiB holds 166 messages of 256 bytes. Live traffic below the rate never
 * waits.
 *
 * <p>The rate is not fixed: a sender that stays behind asks to {@link #raise} it, because waiting does not help a
 * collector that cannot keep up with its own live traffic. A raised rate falls back step by step.
 */
final class RatePacer implements Pacer {
    static final int BURST = 128;

    /** A raised rate that was not needed for this long is halved. */
    private static final long RAISED_NANOS = 60_000_000_000L;

    private static final long MOST = 1_000_000;

    private static final long SECOND = 1_000_000_000L;

    private final long rate; // messages a second; 0 is no limit
    private final LongSupplier clock;
    private long current; // guarded by this; the rate, or the raised one
    private long raised; // guarded by this; when it was changed last
    private long next; // guarded by this; when the bucket is full again if nothing more is taken

    RatePacer(long rate, LongSupplier clock) {
        this.rate = rate;
        this.clock = clock;
        this.current = rate;
        this.next = clock.getAsLong();
    }

    @Override
    public synchronized long delay(int length) {
        if (rate == 0) {
            return 0;
        }
        long now = clock.getAsLong();
        if (current > rate && now - raised > RAISED_NANOS) {
            current = Math.max(rate, current / 2);
            raised = now;
        }
        long interval = SECOND / current;
        if (next - now < 0) {
            next = now;
        }
        long early = next + interval - now - BURST * interval;
        if (early > 0) {
            return early;
        }
        next += interval;
        return 0;
    }

    @Override
    public synchronized long raise() {
        if (rate == 0) {
            return 0;
        }
        current = Math.min(MOST, 2 * current);
        raised = clock.getAsLong();
        return current;
    }
}
