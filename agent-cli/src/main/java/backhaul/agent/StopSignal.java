package backhaul.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The one request to stop, seen by every wait in the agent. Any thread. */
final class StopSignal {
    private final CountDownLatch latch = new CountDownLatch(1);

    void request() {
        latch.countDown();
    }

    boolean requested() {
        return latch.getCount() == 0;
    }

    /** Waits until stop is requested. */
    void await() {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits this long, or until stop is requested; true if it is. */
    boolean await(Duration duration) {
        try {
            return latch.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Nothing here interrupts; whoever does wants the thread to end.
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
