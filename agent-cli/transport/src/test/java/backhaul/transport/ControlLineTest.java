package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlLineTest {
    private static ControlLine parse(String line) {
        byte[] octets = line.getBytes(StandardCharsets.ISO_8859_1);
        return ControlLine.parse(octets, 0, octets.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ALIVE", "HELLO a1b2 s9 18446744073709551615", "BYE refused not  on the list ", "X", "LOST  "})
    void lineIsWrittenAsItWasRead(String line) {
        assertThat(parse(line).octets()).isEqualTo((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void lineIsReadFromTheMiddleOfABuffer() {
        byte[] buffer = "5 helloLOST 12 overrun\nALIVE\n".getBytes(StandardCharsets.US_ASCII);
        ControlLine line = ControlLine.parse(buffer, 7, 15);
        assertThat(line).isEqualTo(ControlLine.of(Wire.LOST, 12, "overrun"));
        assertThat(line.word()).isEqualTo(Wire.LOST);
        assertThat(line.argument(0)).isEqualTo("12");
    }

    @Test
    void missingArgumentsAreEmpty() {
        assertThat(parse("ALIVE").argument(0)).isEmpty();
        assertThat(parse("ALIVE").text(0)).isEmpty();
    }

    @Test
    void textIsTheRestOfTheLine() {
        ControlLine line = ControlLine.of(Wire.BYE, "refused", "not on the list");
        assertThat(parse(line.toString()).argument(0)).isEqualTo("refused");
        assertThat(parse(line.toString()).text(1)).isEqualTo("not on the list");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "alive", " ALIVE", "5 hello", "ALIVE\r", "BYE\tx", "BYE \0", "BYE \u00e9", "BYE \u007f"})
    void otherThanPrintableAsciiWithACapitalInFrontIsRefused(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longestLineHasTheLimitWithItsLineEnd() {
        String longest = "B" + "x".repeat(Wire.MAX_CONTROL - 2);
        assertThat(parse(longest).octets()).hasSize(Wire.MAX_CONTROL);
        assertThatThrownBy(() -> parse(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1..511");
    }

    @Test
    void whatIsTooLongIsCutAndWhatDoesNotPrintIsReplaced() {
        byte[] octets = ControlLine.of(Wire.BYE, "refused", "é\n5 hello\0" + "x".repeat(600))
                .octets();
        assertThat(octets).hasSize(Wire.MAX_CONTROL);
        assertThat(new String(octets, StandardCharsets.US_ASCII))
                .startsWith("BYE refused ??5 hello?xxx")
                .endsWith("x\n")
                .containsOnlyOnce("\n");
        assertThat(ControlLine.parse(octets, 0, octets.length - 1).word()).isEqualTo(Wire.BYE);
    }
}
