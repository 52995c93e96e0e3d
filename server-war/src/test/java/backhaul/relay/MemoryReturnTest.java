package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryReturnTest {
    private final AtomicInteger collections = new AtomicInteger();
    private final MemoryReturn memory = new MemoryReturn(collections::incrementAndGet);
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(15);

    private void seconds(int count, int agents) {
        for (int second = 0; second < count; second++) {
            now += TimeUnit.SECONDS.toNanos(1);
            memory.sweep(now, agents);
        }
    }

    @Test
    void aCrowdThatHasLeftIsFollowedByOneCollection() {
        seconds(5, 300);
        seconds(60, 20);
        assertThat(collections).hasValue(1);
        seconds(60, 150);
        seconds(60, 0);
        assertThat(collections).hasValue(2);
    }

    @Test
    void aCrowdThatComesBackIsNot() {
        for (int i = 0; i < 5; i++) {
            seconds(5, 300);
            seconds(8, 0);
        }
        assertThat(collections).hasValue(0);
    }

    @Test
    void fewAgentsAreNot() {
        seconds(20, 99);
        seconds(60, 0);
        assertThat(collections).hasValue(0);
    }
}
