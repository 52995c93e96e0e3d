package backhaul.system;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Polls until a condition is true, for a bounded time. */
final class Wait {
    /** Enough for work of less than a second on a machine that is busy with something else. */
    static final Duration SOON = Duration.ofSeconds(20);

    /** A server start takes about 5 s. */
    static final Duration START = Duration.ofSeconds(90);

    private Wait() {}

    static void until(String what, Callable<Boolean> condition) {
        until(what, SOON, condition);
    }

    static void until(String what, Duration limit, Callable<Boolean> condition) {
        await(what)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO)
                .until(condition);
    }
}
