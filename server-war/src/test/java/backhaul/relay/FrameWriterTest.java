package backhaul.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.ControlLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FrameWriterTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static Batch batch(String... messages) {
        Backlog backlog = Backlog.inMemory(1 << 20);
        for (String message : messages) {
            backlog.append(ByteBuffer.wrap(message.getBytes(ISO_8859_1)));
        }
        Batch batch = new Batch();
        assertThat(backlog.read(0, batch)).isTrue();
        assertThat(batch.messages()).isEqualTo(messages.length);
        return batch;
    }

    private String lines(String... messages) throws IOException {
        new FrameWriter.Lines(out).messages(batch(messages));
        return out.toString(ISO_8859_1);
    }

    @Test
    void octetCountedGoesOutAsItIsHeld() throws IOException {
        new FrameWriter.OctetCounted(out).messages(batch("one\n", "t\0o"));
        assertThat(out.toString(ISO_8859_1)).isEqualTo("4 one\n3 t\0o");
    }

    @Test
    void controlLineGoesOutWhereTheFramingHasThem() throws IOException {
        new FrameWriter.OctetCounted(out).control(ControlLine.of("BYE", "shutdown", "the relay was stopped"));
        assertThat(out.toString(ISO_8859_1)).isEqualTo("BYE shutdown the relay was stopped\n");
    }

    @Test
    void foreignClientGetsNoControlLine() {
        new FrameWriter.Lines(out).control(ControlLine.of("ALIVE"));
        assertThat(out.size()).isZero();
    }

    @Test
    void eachMessageIsOneLine() throws IOException {
        assertThat(lines("<13>one", "<13>two 2 3")).isEqualTo("<13>one\n<13>two 2 3\n");
    }

    @Test
    void oneTrailingLineFeedIsNotDoubled() throws IOException {
        assertThat(lines("one\n", "two\n\n")).isEqualTo("one\ntwo#012\n");
    }

    @Test
    void lineFeedInsideIsEscapedSoThatNobodyForgesAMessage() throws IOException {
        assertThat(lines("a\n<0>forged")).isEqualTo("a#012<0>forged\n");
    }

    @Test
    void anyOtherOctetIsLeftAlone() throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        assertThat(lines(all + "x")).isEqualTo(all.toString().replace("\n", "#012") + "x\n");
    }

    @Test
    void escapesAndLongMessagesCrossTheBufferInOrder() throws IOException {
        String feeds = "\n".repeat(65_000) + "x";
        String words = "0123456789".repeat(6_000);
        assertThat(lines(feeds, words)).isEqualTo("#012".repeat(65_000) + "x\n" + words + "\n");
    }

    @Test
    void linesThatFillTheBufferExactlyAreWhole() throws IOException {
        for (int length = 64 * 1024 - 32; length <= 65_507; length++) {
            out.reset();
            String message = "y".repeat(length);
            assertThat(lines(message)).isEqualTo(message + "\n");
        }
    }
}
