package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** WIRE.md says what the code does, as far as it has examples and numbers. */
class WireDocumentTest {
    private static final Path DOCUMENT = Path.of("transport", "WIRE.md");
    private static final String LF = "\\n"; // as it is written there, at the end of a control line

    /** Keeps what comes, as the document writes it. */
    private static final class Seen implements FrameSink {
        final List<String> frames = new ArrayList<>();

        @Override
        public void message(byte[] octets, int offset, int length) {
            frames.add(length + " " + new String(octets, offset, length, US_ASCII));
        }

        @Override
        public void skipped(long length) {
            frames.add("skipped " + length);
        }

        @Override
        public void control(ControlLine line) {
            frames.add(line + LF);
        }
    }

    @Test
    void theExampleIsReadAsItIsWritten() throws Exception {
        List<String> lines = Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.equals("```wire"))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .toList();
        assertThat(lines.get(0)).startsWith(Wire.HELLO + " ").endsWith(LF);
        List<String> fromRelay = lines.subList(1, lines.size());
        byte[] octets = String.join("", fromRelay).replace(LF, "\n").getBytes(US_ASCII);
        Seen seen = new Seen();
        new FrameReader(new ByteArrayInputStream(octets), seen).readOctetCounted();
        assertThat(seen.frames).hasSizeGreaterThan(5).isEqualTo(fromRelay);

        byte[] first = fromRelay.get(0).replace(LF, "").getBytes(US_ASCII);
        StreamStart start = StreamStart.parse(ControlLine.parse(first, 0, first.length));
        assertThat(start.next()).isEqualTo(1204);
        assertThat(start.heartbeat()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void itHasTheNumbersOfTheCode() throws Exception {
        assertThat(Files.readString(DOCUMENT).replaceAll("\\s+", " "))
                .contains("`" + Wire.ALPN + "`")
                .contains("port " + Wire.DEFAULT_PORT)
                .contains("1.." + Wire.MAX_MESSAGE)
                .contains("at most " + Wire.MAX_CONTROL + " octets including the LF")
                .contains(String.format("at most %,d octets", Wire.MAX_DATAGRAM));
        assertThat(Wire.SILENT_INTERVALS).as("three times heartbeat").isEqualTo(3);
        assertThat(Backoff.FIRST).isEqualTo(Duration.ofSeconds(1));
        assertThat(Backoff.LONGEST).isEqualTo(Duration.ofSeconds(30));
    }
}
