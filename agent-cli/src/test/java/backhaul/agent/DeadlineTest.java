package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void allThatPassRunOnOneThread() {
        AtomicInteger runs = new AtomicInteger();
        Map<Thread, Boolean> threads = new ConcurrentHashMap<>();
        for (int i = 0; i < 50; i++) {
            new Deadline(Duration.ofMillis(1), () -> {
                threads.put(Thread.currentThread(), Thread.currentThread().isDaemon());
                runs.incrementAndGet();
            });
        }
        await().until(() -> runs.get() == 50);
        assertThat(threads).hasSize(1).containsValue(true);
    }

    @Test
    void oneThatIsDisarmedDoesNothingAndIsForgotten() {
        AtomicInteger runs = new AtomicInteger();
        Deadline disarmed = new Deadline(Duration.ofMillis(50), runs::incrementAndGet);
        disarmed.disarm();
        Deadline later = new Deadline(Duration.ofMillis(60), () -> {});
        await().until(later::passed);
        assertThat(disarmed.passed()).isFalse();
        assertThat(runs).hasValue(0);
        assertThat(Deadline.TIMER.getRemoveOnCancelPolicy()).isTrue();
    }
}
