package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.ControlLine;
import backhaul.transport.DurationText;
import backhaul.transport.Hostile;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What people type, what a relay says in its control lines, and what a disk makes of the state. */
class TextFuzzTest {
    @Provide
    Arbitrary<String> typed() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(40),
                Arbitraries.strings().withChars("[]:/.-_ 0159amst%unixdcplf+").ofMaxLength(30));
    }

    @Provide
    Arbitrary<byte[]> damagedState() {
        return Hostile.damaged(
                "# title\ninstance = 0123-abc\nposition nas:514 = fe12 77\nposition [::1]:514 = a 0\ncomplete = yes\n"
                        .getBytes(US_ASCII));
    }

    @Provide
    Arbitrary<String> argument() {
        return Arbitraries.strings().withChars("0123456789-+aZ \0é").ofMaxLength(25);
    }

    private static void expectValueOrRefusal(Function<String, ?> parse, String text) {
        try {
            assertThat(parse.apply(text)).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 2000)
    void whateverIsTypedIsAValueOrRefused(@ForAll("typed") String text) {
        expectValueOrRefusal(HostPort::parse, text);
        expectValueOrRefusal(Collector::parse, text);
        expectValueOrRefusal(DurationText::parse, text);
    }

    @Property(tries = 2000)
    void whateverARelayStartsWithIsAStreamOrABreach(
            @ForAll("argument") String stream, @ForAll("argument") String next, @ForAll("argument") String heartbeat) {
        ControlLine line = new ControlLine("STREAM", List.of(stream, next, heartbeat));
        try {
            assertThat(StreamStart.parse(line).next()).isNotNegative();
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 300)
    void aDamagedStateIsReadOrRefused(@ForAll("damagedState") byte[] octets) throws IOException {
        Path file = Files.createTempFile("state", "");
        try {
            Files.write(file, octets);
            StateFile.Found found = new StateFile(file).read();
            if (found.content() == null) {
                assertThat(found.damage()).isNotEmpty();
            } else {
                assertThat(found.content().instance()).isNotBlank();
                assertThat(found.content().positions().values())
                        .allMatch(mark -> mark.next() >= 0 && mark.next() <= Wire.MAX_NUMBER);
            }
        } finally {
            Files.delete(file);
        }
    }
}
