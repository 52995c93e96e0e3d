package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger done = new AtomicInteger();

    @Test
    void eachRoundSaysWhenTheNextIsDue() throws Exception {
        CountDownLatch third = new CountDownLatch(3);
        Rounds rounds = new Rounds(
                () -> {
                    third.countDown();
                    return done.incrementAndGet() < 3 ? Duration.ZERO : Duration.ofDays(1);
                },
                failures::add);
        Thread thread = start(rounds);
        assertThat(third.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        rounds.stop();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(done).hasValue(3);
        assertThat(failures).isEmpty();
    }

    @Test
    void whateverARoundThrowsIsToldAndTheNextFollows() {
        Rounds rounds = new Rounds(
                () -> {
                    if (done.incrementAndGet() == 1) {
                        throw new AssertionError("the first");
                    }
                    return Duration.ofDays(1);
                },
                failures::add);
        start(rounds);
        await().until(() -> done.get() == 2);
        assertThat(failures).singleElement().isInstanceOf(AssertionError.class);
        rounds.stop();
    }

    @Test
    void anInterruptDoesNotEndThem() throws Exception {
        Rounds rounds = new Rounds(
                () -> {
                    done.incrementAndGet();
                    return Duration.ofDays(1);
                },
                failures::add);
        Thread thread = start(rounds);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        int before = done.get();
        thread.interrupt();
        await().until(() -> done.get() > before);
        rounds.stop();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    private static Thread start(Rounds rounds) {
        Thread thread = new Thread(rounds);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
