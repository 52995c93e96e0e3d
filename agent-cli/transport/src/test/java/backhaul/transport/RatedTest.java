package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatedTest {
    private static final long MINUTE = 60_000_000_000L;

    private final List<String> said = new ArrayList<>();
    private long now = Long.MAX_VALUE - MINUTE; // ns
    private final Rated trouble = new Rated(new TokenBucket(1, MINUTE, () -> now), "times", said::add);

    @Test
    void troubleIsSaidOnceAMinuteWithItsCount() {
        for (int i = 0; i < 100; i++) {
            trouble.line("trouble " + i);
        }
        now += MINUTE;
        trouble.line("trouble again");
        assertThat(said).containsExactly("trouble 0", "trouble again (and 99 times since the last such line)");
    }

    @Test
    void theLastOfARowIsSaidThoughNoOtherComes() {
        for (int i = 0; i < 100; i++) {
            trouble.line("trouble " + i);
            trouble.rest();
        }
        assertThat(said).containsExactly("trouble 0");
        now += MINUTE;
        trouble.rest();
        trouble.rest();
        trouble.last();
        assertThat(said).containsExactly("trouble 0", "trouble 99 (and 98 times since the last such line)");
    }

    @Test
    void atTheEndNothingIsHeldBack() {
        trouble.line("one");
        trouble.last();
        trouble.line("two");
        trouble.last();
        trouble.last();
        assertThat(said).containsExactly("one", "two");
    }
}
