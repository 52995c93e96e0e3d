package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateLimitedTest {
    private static final long MINUTE = 60_000_000_000L;

    private final List<String> said = new ArrayList<>();
    private long now = Long.MAX_VALUE - MINUTE; // ns
    private final RateLimited trouble = new RateLimited(said::add, () -> now);

    @Test
    void troubleIsSaidOnceAMinuteWithItsCount() {
        for (int i = 0; i < 100; i++) {
            trouble.warn("trouble " + i);
        }
        now += MINUTE;
        trouble.warn("trouble again");
        assertThat(said).containsExactly("trouble 0", "trouble again (and 99 times since the last such line)");
    }

    @Test
    void theLastOfARowIsSaidThoughNoOtherComes() {
        for (int i = 0; i < 100; i++) {
            trouble.warn("trouble " + i);
            trouble.settle(false);
        }
        assertThat(said).containsExactly("trouble 0");
        now += MINUTE;
        trouble.settle(false);
        trouble.settle(false);
        trouble.settle(true);
        assertThat(said).containsExactly("trouble 0", "trouble 99 (and 98 times since the last such line)");
    }

    @Test
    void atTheEndNothingIsHeldBack() {
        trouble.warn("one");
        trouble.settle(true);
        trouble.warn("two");
        trouble.settle(true);
        trouble.settle(true);
        assertThat(said).containsExactly("one", "two");
    }
}
