package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "2m, PT2M", "1h, PT1H", "3 s, PT3S"})
    void readsANumberWithItsUnit(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "10 parsecs", "9999999999s", "1d"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.84S, 0.8 s",
        "PT3.96S, 4 s",
        "PT9.97S, 10 s",
        "PT45.4S, 45 s",
        "PT59.6S, 1 min",
        "PT125S, 2 min 5 s",
        "PT3H12M30S, 3 h 12 min",
        "PT24H, 1 d",
        "PT75H, 3 d 3 h"
    })
    void showsAtMostTwoUnits(Duration duration, String text) {
        assertThat(DurationText.show(duration)).isEqualTo(text);
    }
}
