package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RatePacerTest {
    private static final long SECOND = 1_000_000_000L;
    private long now = Long.MAX_VALUE - SECOND; // nanoTime may wrap

    @Test
    void aBurstPassesAndTheRestKeepsToTheRate() {
        RatePacer pacer = new RatePacer(1000, () -> now);
        assertThat(sentBy(pacer, now)).isEqualTo(RatePacer.BURST);
        long begin = now;
        assertThat(sentBy(pacer, begin + 10 * SECOND)).isEqualTo(10_000);
    }

    @Test
    void whatIsBelowTheRateNeverWaits() {
        RatePacer pacer = new RatePacer(1000, () -> now);
        for (int i = 0; i < 5000; i++) {
            assertThat(pacer.delay(100)).isZero();
            now += SECOND / 990;
        }
    }

    @Test
    void aPauseSavesUpOneBurst() {
        RatePacer pacer = new RatePacer(1000, () -> now);
        sentBy(pacer, now);
        now += 3600 * SECOND;
        assertThat(sentBy(pacer, now)).isEqualTo(RatePacer.BURST);
    }

    @Test
    void zeroIsNoLimit() {
        RatePacer pacer = new RatePacer(0, () -> now);
        for (int i = 0; i < 100_000; i++) {
            assertThat(pacer.delay(100)).isZero();
        }
        assertThat(pacer.raise()).isZero();
    }

    @Test
    void aRaisedRateIsForgottenWhenItIsNotNeeded() {
        RatePacer pacer = new RatePacer(1000, () -> now);
        assertThat(pacer.raise()).isEqualTo(2000);
        assertThat(pacer.raise()).isEqualTo(4000);
        sentBy(pacer, now);
        assertThat(sentBy(pacer, now + SECOND)).isEqualTo(4000);
        now += 61 * SECOND;
        sentBy(pacer, now);
        assertThat(sentBy(pacer, now + SECOND)).isEqualTo(2000);
        now += 61 * SECOND;
        sentBy(pacer, now);
        assertThat(sentBy(pacer, now + SECOND)).isEqualTo(1000);
    }

    /** How many may go until then, if each goes as soon as it may. */
    private int sentBy(RatePacer pacer, long end) {
        int sent = 0;
        while (true) {
            long wait = pacer.delay(100);
            if (wait == 0) {
                sent++;
            } else if (now + wait - end > 0) {
                now = end;
                return sent;
            } else {
                now += wait;
            }
        }
    }
}
