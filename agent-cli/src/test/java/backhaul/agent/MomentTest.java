package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MomentTest {
    private static final Moment BEGIN =
            new Moment(-5_000_000_000L, Instant.parse("2026-11-28T01:00:00Z").toEpochMilli());

    @Test
    void timeIsTakenFromTheClockThatNobodySets() {
        assertThat(BEGIN.until(later("14s", "14s"))).isEqualTo(Duration.ofSeconds(14));
        assertThat(BEGIN.until(later("14s", "-3h"))).isEqualTo(Duration.ofSeconds(14));
    }

    @Test
    void theTimeInWhichTheMachineWasSuspendedCounts() {
        assertThat(BEGIN.until(later("14s", "8h"))).isEqualTo(Duration.ofHours(8));
    }

    @Test
    void aWallClockThatWasWrongIsNotBelieved() {
        Moment atBoot = new Moment(0, 0); // 1970, as a machine without a battery begins
        assertThat(atBoot.until(new Moment(14_000_000_000L, BEGIN.millis()))).isEqualTo(Duration.ofSeconds(14));
    }

    private static Moment later(String awake, String byWall) {
        return new Moment(BEGIN.nanos() + nanos(awake), BEGIN.millis() + nanos(byWall) / 1_000_000);
    }

    private static long nanos(String text) {
        return Duration.parse((text.startsWith("-") ? "-PT" : "PT") + text.replace("-", ""))
                .toNanos();
    }
}
