package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "250, 250 ms",
        "999, 999 ms",
        "1000, 1 s",
        "1500, 1.5 s",
        "3750, 3.8 s",
        "9960, 10 s",
        "15000, 15 s",
        "59499, 59 s",
        "59999, 1 min",
        "185000, 3 min 5 s",
        "7800000, 2 h 10 min",
        "356400000, 4 d 3 h"
    })
    void aDurationIsShownInWhatAPersonWouldSay(long millis, String shown) {
        assertThat(Text.duration(Duration.ofMillis(millis))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"100, 1 KiB", "524288, 512 KiB", "33554432, 32 MiB", "1610612736, 1.5 GiB", "2147483648, 2 GiB"})
    void aSizeIsShownInTheLargestUnitThatFits(long octets, String shown) {
        assertThat(Text.size(octets)).isEqualTo(shown);
    }
}
