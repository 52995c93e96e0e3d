package backhaul.relay.status;

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

    @ParameterizedTest
    @CsvSource({
        "0, about 0 s",
        "119, about 119 s",
        "120, about 2 min",
        "7199, about 119 min",
        "7200, about 2 h",
        "172800, about 2 d",
        "172800000, 'about 2,000 d'"
    })
    void anEstimateHasOneUnit(long seconds, String shown) {
        assertThat(Text.about(Duration.ofSeconds(seconds))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.01, <0.1", "0.3, 0.3", "9.96, 10.0", "10.4, 10", "4711.5, '4,712'"})
    void aRateHasAsManyDigitsAsItIsWorth(double perSecond, String shown) {
        assertThat(Text.rate(perSecond)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"1, 1 message, 1 agent", "0, 0 messages, 0 agents", "1204, '1,204 messages', 1204 agents"})
    void oneIsNotMany(int number, String messages, String agents) {
        assertThat(Text.messages(number)).isEqualTo(messages);
        assertThat(Text.agents(number)).isEqualTo(agents);
    }
}
