package backhaul.relay;

/** So much at once, afterwards at a rate. Its owner sees to it that one thread uses it at a time. */
final class TokenBucket {
    private final double burst;
    private final double perNano;
    private double left;
    private long refilled = System.nanoTime();

    /** {@code burst} at once, and one more each {@code nanos}. */
    TokenBucket(double burst, double nanos) {
        this.burst = burst;
        this.perNano = 1 / nanos;
        this.left = burst;
    }

    /** True if so much is left; then it is taken. */
    boolean take(int amount) {
        long now = System.nanoTime();
        left = Math.min(burst, left + (now - refilled) * perNano);
        refilled = now;
        if (left < amount) {
            return false;
        }
        left -= amount;
        return true;
    }
}
