package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void whatPrintsStaysAsItIs() {
        assertThat(Printable.of("Grüße, 世界 𝄞 \\ \"x\"")).isEqualTo("Grüße, 世界 𝄞 \\ \"x\"");
    }

    @Test
    void whatSplitsOrReordersALineIsEscaped() {
        assertThat(Printable.of("a\r\n\0\u001b\u0085\u202e\u2028\u00a0\ud800b"))
                .isEqualTo("a\\u000d\\u000a\\u0000\\u001b\\u0085\\u202e\\u2028\\u00a0\\ud800b");
    }

    @Test
    void nothingIsAnEmptyText() {
        assertThat(Printable.of(null)).isEmpty();
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertThat(Printable.of("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Printable.of("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Printable.of("abcd𝄞𝄞", 6)).isEqualTo("abcd…");
        assertThat(Printable.of("\n\n\n", 10)).hasSizeLessThanOrEqualTo(10);
    }
}
