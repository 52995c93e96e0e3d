package backhaul.relay;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs recurring work that ends but may take long: on an executor, never twice at once. It reports whatever is thrown,
 * because an executor does not.
 */
final class SingleTask {
    private final Executor executor;
    private final Runnable work;
    private final Consumer<Throwable> failed;
    private final AtomicBoolean underway = new AtomicBoolean();

    SingleTask(Executor executor, Runnable work, Consumer<Throwable> failed) {
        this.executor = executor;
        this.work = work;
        this.failed = failed;
    }

    /** Hands the work to the executor unless it is under way. Any thread; waits for nothing. */
    void submit() {
        if (!underway.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::run);
        } catch (RuntimeException | Error e) {
            underway.set(false);
            failed.accept(e);
        }
    }

    private void run() {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            failed.accept(e);
        } finally {
            underway.set(false);
        }
    }
}
