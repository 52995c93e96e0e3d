package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.transport.ControlLine;
import java.net.ProtocolException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamStartTest {
    @Test
    void readsStreamNextAndHeartbeat() throws Exception {
        assertThat(StreamStart.parse(line("STREAM 9f-A 17 5000")))
                .isEqualTo(new StreamStart("9f-A", 17, Duration.ofSeconds(5), -1));
    }

    @Test
    void laterVersionsMayAddArguments() throws Exception {
        assertThat(StreamStart.parse(line("STREAM a 0 100 more")).heartbeat()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void aRelayMaySayHowMuchThereIsToCatchUp() throws Exception {
        assertThat(StreamStart.parse(line("STREAM a 0 100 1234")).waiting()).isEqualTo(1234);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STREAM",
                "STREAM a",
                "STREAM a 1",
                "STREAM a 1 99",
                "STREAM a 1 3600001",
                "STREAM a 1 x",
                "STREAM a -1 5000",
                "STREAM a +1 5000",
                "STREAM a 1 +500",
                "STREAM a 1000000000000000000 5000",
                "STREAM a_b 1 5000",
                "STREAM  1 5000"
            })
    void refusesWhatIsOutOfRange(String text) {
        assertThatThrownBy(() -> StreamStart.parse(line(text)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageStartingWith("the relay sent STREAM without");
    }

    private static ControlLine line(String text) {
        byte[] octets = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return ControlLine.parse(octets, 0, octets.length);
    }
}
