package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration LONG = Duration.ofHours(3);

    @Test
    void doublesFromOneSecondToThirty() {
        Backoff backoff = new Backoff(() -> 0);
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            seconds.add(backoff.next(false, Duration.ZERO).toSeconds());
        }
        assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
    }

    @Test
    void jitterShortensByAQuarterAtMost() {
        Backoff backoff = new Backoff(() -> Math.nextDown(1.0));
        assertThat(backoff.next(false, Duration.ZERO)).isBetween(Duration.ofMillis(750), Duration.ofMillis(751));
        assertThat(backoff.next(false, Duration.ZERO)).isBetween(Duration.ofMillis(1500), Duration.ofMillis(1501));
    }

    @Test
    void aGoodConnectionResets() {
        Backoff backoff = afterFiveFailures();
        assertThat(backoff.next(true, Backoff.PROVEN)).isEqualTo(Backoff.FIRST);
    }

    @Test
    void aSilentRelayDoesNotReset() {
        Backoff backoff = afterFiveFailures();
        assertThat(backoff.next(false, LONG)).isEqualTo(Backoff.LONGEST);
    }

    @Test
    void aShortConnectionDoesNotReset() {
        Backoff backoff = afterFiveFailures();
        assertThat(backoff.next(true, Backoff.PROVEN.minusMillis(1))).isEqualTo(Backoff.LONGEST);
    }

    @Test
    void staysAtThirtySecondsForEver() {
        Backoff backoff = new Backoff(() -> 0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(backoff.next(false, Duration.ZERO)).isBetween(Backoff.FIRST, Backoff.LONGEST);
        }
    }

    private static Backoff afterFiveFailures() {
        Backoff backoff = new Backoff(() -> 0);
        for (int i = 0; i < 5; i++) {
            backoff.next(false, Duration.ZERO);
        }
        return backoff;
    }
}
