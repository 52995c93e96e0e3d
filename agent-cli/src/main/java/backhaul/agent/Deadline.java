package backhaul.agent;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs an action unless it is disarmed in time. Time-outs of sockets are per read, so a peer that sends a byte now and
 * then outlives them, but not this. The actions run on {@link #TIMER}.
 */
final class Deadline {
    /** The one thread of all deadlines and all other timed checks: nothing that may wait runs here. */
    static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "timer");
        thread.setDaemon(true);
        return thread;
    });

    static {
        TIMER.setRemoveOnCancelPolicy(true); // otherwise each attempt's socket would be kept until its deadline
    }

    private final Duration limit;
    private final Future<?> due;
    private volatile boolean passed; // written by the timer before it runs the action

    Deadline(Duration limit, Runnable action) {
        this.limit = limit;
        this.due = TIMER.schedule(
                () -> {
                    passed = true;
                    action.run();
                },
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    Duration limit() {
        return limit;
    }

    void disarm() {
        due.cancel(false);
    }

    boolean passed() {
        return passed;
    }
}
