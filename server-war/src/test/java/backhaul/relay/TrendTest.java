package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import backhaul.relay.status.Sample;
import backhaul.relay.status.StatusSamples;
import backhaul.relay.status.Trend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static final long SECOND = 1_000_000_000L;

    private static Sample sample(double second, long messages) {
        return new Sample((long) (second * SECOND), messages, messages, messages * 100, 0, 0);
    }

    @Test
    void aRateIsTheMeanOverTheTimeAskedFor() {
        // 10 a second for 80 s, then 100 a second for 20 s.
        Trend trend = StatusSamples.trend(100, second -> second < 80 ? 10 : 100, 0, 0);
        assertThat(trend.perSecond(Sample::received, Duration.ofSeconds(10))).isEqualTo(100);
        assertThat(trend.perSecond(Sample::received, Duration.ofSeconds(40))).isEqualTo(55);
        assertThat(trend.perSecond(Sample::received, Duration.ofHours(1))).isEqualTo(28);
        assertThat(trend.perSecond(Sample::octets, Duration.ofSeconds(10))).isEqualTo(31_000);
    }

    @Test
    void whatOneSampleTellsIsNoRate() {
        assertThat(new Trend(List.of(), sample(5, 1_000)).perSecond(Sample::received, Trend.NOW))
                .isZero();
        assertThat(new Trend(List.of(sample(5, 0)), sample(5.001, 1_000)).perSecond(Sample::received, Trend.NOW))
                .isZero();
    }

    @Test
    void aMessageIsAsOldAsTheTimeSinceItCame() {
        Trend trend = new Trend(List.of(sample(0, 0), sample(10, 100), sample(20, 100)), sample(30, 200));
        assertThat(trend.age(0).orElseThrow()).isEqualTo(Duration.ofSeconds(30));
        assertThat(trend.age(50).orElseThrow()).isEqualTo(Duration.ofSeconds(25));
        // None came between 10 and 20 s: the one after the hundredth came later.
        assertThat(trend.age(100).orElseThrow()).isEqualTo(Duration.ofSeconds(10));
        assertThat(trend.age(199).orElseThrow()).isEqualTo(Duration.ofMillis(100));
        assertThat(trend.age(200)).as("has not come").hasValue(Duration.ZERO);
    }

    @Test
    void theAgeOfWhatCameBeforeTheFirstSampleIsUnknown() {
        Trend trend = new Trend(List.of(sample(0, 500)), sample(10, 600));
        assertThat(trend.age(499)).isEmpty();
        assertThat(trend.age(500)).isPresent();
    }

    @Test
    void theCourseLiesAtTheSameTimesWheneverItIsAskedFor() {
        List<Trend.Point> earlier =
                StatusSamples.trend(902, second -> second, 0, 0).course();
        List<Trend.Point> later =
                StatusSamples.trend(904, second -> second, 0, 0).course();
        assertThat(earlier).hasSize(180).isEqualTo(later);
        assertThat(earlier.get(179).rate()).isEqualTo((895 + 899) / 2.0, within(0.01));
        List<Trend.Point> next =
                StatusSamples.trend(905, second -> second, 0, 0).course();
        assertThat(next.subList(0, 179)).isEqualTo(earlier.subList(1, 180));
    }

    @Test
    void theCourseOfAYoungRelayIsShort() {
        assertThat(StatusSamples.trend(3, second -> 1, 0, 0).course()).isEmpty();
        assertThat(StatusSamples.trend(11, second -> 1, 0, 0).course())
                .hasSize(2)
                .allMatch(point -> point.rate() == 1 && !point.missed());
    }

    @Test
    void whatWasDroppedMarksItsStep() {
        Trend trend = StatusSamples.trend(30, second -> 1, 12, 7);
        assertThat(trend.course())
                .extracting(Trend.Point::missed)
                .containsExactly(false, false, true, false, false, false);
        assertThat(trend.growth(Sample::dropped)).isEqualTo(7);
        assertThat(trend.growth(Sample::lost)).isZero();
    }

    @Test
    void theHistoryTakesASampleASecondAndForgetsTheOldest() {
        History history = new History();
        assertThat(history.isDue(0)).isTrue();
        for (int second = 0; second < 2_000; second++) {
            history.add(sample(second, second * 2L), List.of());
        }
        assertThat(history.isDue(1_999 * SECOND + SECOND / 2)).isFalse();
        assertThat(history.isDue(2_000 * SECOND)).isTrue();
        Trend trend = history.upTo(sample(2_000, 4_000));
        assertThat(trend.age(2_000)).as("1,000 s ago").isEmpty();
        assertThat(trend.age(2_200)).hasValue(Duration.ofSeconds(900));
    }
}
