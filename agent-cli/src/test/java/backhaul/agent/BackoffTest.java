package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration LONG = Duration.ofHours(3);
    private static final Outcome FAILED = Outcome.failed("");
    private static final Outcome REFUSED = FAILED.then(Outcome.Next.SOON);

    private long now = Long.MAX_VALUE; // ns; a clock that begins there is right as well
    private final Backoff backoff = new Backoff(() -> 0, () -> now);

    @Test
    void doublesFromOneSecondToThirty() {
        assertThat(seconds(FAILED, 8)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
    }

    @Test
    void jitterShortensByAQuarterAtMost() {
        Backoff shortening = new Backoff(() -> Math.nextDown(1.0), () -> now);
        assertThat(shortening.next(FAILED)).isBetween(Duration.ofMillis(750), Duration.ofMillis(751));
        assertThat(shortening.next(FAILED)).isBetween(Duration.ofMillis(1500), Duration.ofMillis(1501));
        assertThat(shortening.next(lived(true, Backoff.PROVEN).then(Outcome.Next.SOON)))
                .isBetween(Duration.ofMillis(750), Duration.ofMillis(751));
    }

    @Test
    void aGoodConnectionResets() {
        seconds(FAILED, 5);
        assertThat(backoff.next(lived(true, Backoff.PROVEN))).isEqualTo(Backoff.FIRST);
    }

    @Test
    void aSilentRelayDoesNotReset() {
        seconds(FAILED, 5);
        assertThat(backoff.next(lived(false, LONG))).isEqualTo(Backoff.LONGEST);
    }

    @Test
    void aShortConnectionDoesNotReset() {
        seconds(FAILED, 5);
        assertThat(backoff.next(lived(true, Backoff.PROVEN.minusMillis(1)))).isEqualTo(Backoff.LONGEST);
    }

    @Test
    void aRelayThatSaidThatItStopsIsTriedEachSecondForAMinute() {
        List<Long> waits = new ArrayList<>(seconds(lived(true, LONG).then(Outcome.Next.SOON), 1));
        waits.addAll(seconds(FAILED, 64));
        assertThat(waits.subList(0, 60)).containsOnly(1L);
        assertThat(waits.subList(60, 65)).containsExactly(1L, 2L, 4L, 8L, 16L);
    }

    @Test
    void aRelayThatWasConnectedAndRefusesConnectionsIsTriedEachSecondForAMinute() {
        assertThat(seconds(lived(true, LONG), 1)).containsExactly(1L);
        List<Long> waits = seconds(REFUSED, 63);
        assertThat(waits.subList(0, 59)).containsOnly(1L);
        assertThat(waits.subList(59, 63)).containsExactly(2L, 4L, 8L, 16L);
    }

    @Test
    void aRelayThatWasNeverConnectedIsNotExpectedBack() {
        assertThat(seconds(REFUSED, 4)).containsExactly(1L, 2L, 4L, 8L);
    }

    @Test
    void theFirstConnectionOfAnAgentCountsHoweverShort() {
        seconds(FAILED, 5);
        assertThat(seconds(lived(true, Duration.ofMillis(1)).then(Outcome.Next.SOON), 1))
                .containsExactly(1L);
    }

    @Test
    void aRelayThatIsRestartedAllTheTimeIsNotTriedEachSecondForEver() {
        seconds(lived(true, LONG).then(Outcome.Next.SOON), 1);
        List<Long> waits = seconds(lived(true, Duration.ZERO).then(Outcome.Next.SOON), 70);
        assertThat(waits.subList(0, 59)).containsOnly(1L);
        assertThat(waits).last().isEqualTo(30L);
    }

    @Test
    void staysAtThirtySecondsForEver() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(backoff.next(FAILED)).isBetween(Backoff.FIRST, Backoff.LONGEST);
        }
    }

    private static Outcome lived(boolean relaySpoke, Duration lived) {
        return Outcome.disconnected(relaySpoke, lived, 0, 0, "");
    }

    /** The waits after so many ends of this kind; each is waited for. */
    private List<Long> seconds(Outcome outcome, int times) {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Duration wait = backoff.next(outcome);
            seconds.add(wait.toSeconds());
            now += wait.toNanos();
        }
        return seconds;
    }
}
