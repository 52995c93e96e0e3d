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

    private static Backlog backlog(String... messages) {
        Backlog backlog = Backlog.inMemory(1 << 20);
        for (String message : messages) {
            backlog.append(ByteBuffer.wrap(message.getBytes(ISO_8859_1)));
        }
        return backlog;
    }

    /** In batches of this many bytes. */
    private void write(FrameWriter writer, int capacity, String... messages) throws IOException {
        AgentQueue queue = new AgentQueue(backlog(messages), 0);
        Batch batch = new Batch(capacity);
        while (queue.depth() > 0) {
            assertThat(queue.take(batch, 1)).isTrue();
            writer.messages(batch);
            queue.delivered(batch);
        }
        assertThat(queue.sent()).isEqualTo(messages.length);
    }

    private String lines(String... messages) throws IOException {
        write(new FrameWriter.Lines(out), Batch.RECORD, messages);
        return out.toString(ISO_8859_1);
    }

    @Test
    void octetCountedGoesOutAsItIsHeld() throws IOException {
        write(new FrameWriter.OctetCounted(out), Batch.RECORD, "one\n", "t\0o");
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
        for (int length = Batch.RECORD - 16; length <= Batch.RECORD + 16; length++) {
            out.reset();
            String message = "y".repeat(length);
            assertThat(lines(message)).isEqualTo(message + "\n");
        }
    }

    @Test
    void aMessageLongerThanABatchIsTheSameInPieces() throws IOException {
        String[] messages = {"a", "\nb\n\n", "x".repeat(300) + "\n\n", "\n", "y".repeat(65_506) + "\n", "z"};
        String counted = "";
        String escaped = "";
        for (String message : messages) {
            counted += message.length() + " " + message;
            escaped += message.replaceFirst("\n$", "").replace("\n", "#012") + "\n";
        }
        for (int capacity = Backlog.MAX_HEADER + 1; capacity < 400; capacity += 3) {
            out.reset();
            write(new FrameWriter.OctetCounted(out), capacity, messages);
            assertThat(out.toString(ISO_8859_1)).as("%d octets", capacity).isEqualTo(counted);
            out.reset();
            write(new FrameWriter.Lines(out), capacity, messages);
            assertThat(out.toString(ISO_8859_1)).as("%d octets", capacity).isEqualTo(escaped);
        }
    }
}
