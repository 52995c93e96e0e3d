package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeapWatchTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RelayLog log = new RelayLog();
    private final AtomicInteger ends = new AtomicInteger();
    private long collecting = 5_000; // ms
    private long now = Long.MAX_VALUE - 10 * SECOND;
    private final HeapWatch watch = new HeapWatch(() -> collecting, log, ends::incrementAndGet, now);

    /** Half a minute in which each second has so many ms of collections. */
    private void halfAMinute(int millis) {
        for (int second = 0; second < 30; second++) {
            now += SECOND;
            collecting += millis;
            watch.sweep(now);
        }
    }

    @Test
    void aJvmThatWorksIsLeftAlone() {
        halfAMinute(0);
        halfAMinute(300);
        halfAMinute(890);
        halfAMinute(0);
        assertThat(ends).hasValue(0);
        assertThat(log.events().latest()).isEmpty();
    }

    @Test
    void oneThatDoesLittleButCollectEnds() {
        halfAMinute(500);
        halfAMinute(950);
        assertThat(ends).hasValue(1);
        assertThat(log.events().latest())
                .singleElement()
                .satisfies(line -> assertThat(line.line())
                        .startsWith("Out of memory: 28 of the last 30 s went into collecting garbage."));
    }
}
