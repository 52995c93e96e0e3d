package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LongDatagramsTest {
    private final LongDatagrams datagrams = new LongDatagrams();

    @Test
    void theLastLongOnesAreRepeatedInOrderAndOnce() throws IOException {
        for (int i = 0; i < 40; i++) {
            sent(i + "x".repeat(600 + i));
            sent(i + "short");
        }
        assertThat(repeated())
                .isEqualTo(IntStream.range(8, 40)
                        .mapToObj(i -> i + "x".repeat(600 + i))
                        .toList());
        assertThat(repeated()).isEmpty();
        sent("y".repeat(549));
        assertThat(repeated()).containsExactly("y".repeat(549));
    }

    private void sent(String message) {
        datagrams.sent(("<" + message).getBytes(US_ASCII), 1, message.length());
    }

    private List<String> repeated() throws IOException {
        List<String> repeated = new ArrayList<>();
        datagrams.repeat(octets -> repeated.add(US_ASCII.decode(octets).toString()));
        return repeated;
    }
}
