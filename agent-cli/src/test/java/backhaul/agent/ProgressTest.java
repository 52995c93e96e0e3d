package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Duration MARGIN = Progress.MARGIN;

    private long now = -7; // ns
    private final Progress progress = new Progress(() -> now);

    private void after(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aWaitMayTakeWhatWasSaidAndTheMargin() {
        progress.within(Duration.ofSeconds(30));
        after(Duration.ofSeconds(30).plus(MARGIN));
        assertThat(progress.standsStill(0)).isFalse();
        after(Duration.ofNanos(1));
        assertThat(progress.standsStill(0)).isTrue();
        progress.within(Duration.ZERO);
        assertThat(progress.standsStill(0)).isFalse();
    }

    @Test
    void aLoopThatSaysNothingFromTheStartStandsStill() {
        after(MARGIN.plusNanos(1));
        assertThat(progress.standsStill(0)).isTrue();
    }

    @Test
    void messagesAreProgress() {
        after(MARGIN.plusSeconds(9));
        assertThat(progress.standsStill(1)).isFalse();
        after(MARGIN);
        assertThat(progress.standsStill(1)).isFalse();
        after(Duration.ofNanos(1));
        assertThat(progress.standsStill(1)).isTrue();
        assertThat(progress.standsStill(2)).isFalse();
    }

    @Test
    void aRelayThatSendsLinesMayBeSilentForEver() {
        progress.within(Progress.FOR_EVER);
        after(Duration.ofDays(3_650));
        assertThat(progress.standsStill(0)).isFalse();
    }
}
