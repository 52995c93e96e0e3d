package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusWatchTest {
    private static final Instant BEGIN = Instant.parse("2026-11-28T10:00:00Z");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void belowEachOtherOnlyWhatIsNewIsShownOrAfterAWhile() throws Exception {
        Path file = write(0, BEGIN);
        StatusWatch watch = new StatusWatch(file, out, false);
        watch.look(BEGIN);
        watch.look(BEGIN.plusSeconds(2));
        assertThat(shown()).isEqualTo(1);
        write(1, BEGIN.plusSeconds(3));
        watch.look(BEGIN.plusSeconds(4));
        watch.look(BEGIN.plusSeconds(6));
        assertThat(shown()).isEqualTo(2);
        watch.look(BEGIN.plusSeconds(4).plus(MetricsFile.INTERVAL));
        assertThat(shown()).isEqualTo(3);
        Files.delete(file);
        watch.look(BEGIN.plusSeconds(25));
        watch.look(BEGIN.plusSeconds(27));
        assertThat(out.toString(UTF_8)).containsOnlyOnce("There is no file ").doesNotContain("\033");
    }

    @Test
    void onATerminalItIsShownEachTimeInTheSamePlace() throws Exception {
        StatusWatch watch = new StatusWatch(write(0, BEGIN), out, true);
        watch.look(BEGIN);
        watch.look(BEGIN.plusSeconds(2));
        assertThat(shown()).isEqualTo(2);
        assertThat(out.toString(UTF_8)).matches("(?s)(\033\\[HRelay [^\n]*\033\\[K\n(  [^\n]*\033\\[K\n)+\033\\[J){2}");
    }

    @Test
    void anOutputThatEndsEndsIt() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        StatusWatch watch = new StatusWatch(write(0, BEGIN), broken, false);
        assertThatThrownBy(() -> watch.look(BEGIN)).hasMessage("Broken pipe");
    }

    private int shown() {
        return out.toString(UTF_8).split("Relay ", -1).length - 1;
    }

    private Path write(int connected, Instant when) throws IOException {
        assertThat(Duration.between(BEGIN, when)).isLessThan(MetricsFile.INTERVAL);
        Path file = directory.resolve("agent.prom");
        Files.writeString(file, "backhaul_agent_connected{relay=\"relay.example.org:514\"} " + connected + "\n");
        return Files.setLastModifiedTime(file, FileTime.from(when));
    }
}
