package backhaul.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs an action unless it is disarmed in time. Time-outs of sockets are per read, so a peer that sends an octet now and
 * then outlives them; this does not care. A daemon thread of its own waits and runs the action.
 */
final class Deadline {
    private final CountDownLatch disarmed = new CountDownLatch(1);
    private final Duration limit;
    private volatile boolean passed; // written by the waiting thread before it runs the action

    Deadline(Duration limit, Runnable action) {
        this.limit = limit;
        Thread waiting = new Thread(() -> await(action), "deadline");
        waiting.setDaemon(true);
        waiting.start();
    }

    Duration limit() {
        return limit;
    }

    void disarm() {
        disarmed.countDown();
    }

    boolean passed() {
        return passed;
    }

    private void await(Runnable action) {
        try {
            if (!disarmed.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                passed = true;
                action.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
