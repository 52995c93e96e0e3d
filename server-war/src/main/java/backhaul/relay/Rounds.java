package backhaul.relay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs recurring work on the thread that calls {@link #run}, until {@link #stop}. Whatever a round throws is reported, and
 * the next one follows.
 *
 * <p>It has a thread of its own because an idle relay should use no processor. Through a scheduled executor of Liberty
 * each round wakes two or three threads, and one round every few seconds keeps the controller of Liberty's pool awake.
 */
final class Rounds implements Runnable {
    /** After a round that has thrown. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Supplier<Duration> round;
    private final Consumer<Throwable> failed;
    private final CountDownLatch stop = new CountDownLatch(1);

    /**
     * @param round does the work of one round, and returns the time to wait before the next
     * @param failed gets what a round throws
     */
    Rounds(Supplier<Duration> round, Consumer<Throwable> failed) {
        this.round = round;
        this.failed = failed;
    }

    @Override
    public void run() {
        Duration pause = Duration.ZERO;
        while (!isStoppedWithin(pause)) {
            try {
                pause = round.get();
            } catch (RuntimeException | Error e) {
                failed.accept(e);
                pause = PAUSE;
            }
        }
    }

    private boolean isStoppedWithin(Duration pause) {
        try {
            return stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return false; // only stop() ends it
        }
    }

    /** Ends {@link #run} after the round that is under way. Any thread; waits for nothing. */
    void stop() {
        stop.countDown();
    }
}
