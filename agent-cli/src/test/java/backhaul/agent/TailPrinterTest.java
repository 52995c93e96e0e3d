package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailPrinterTest {
    private static final LineFilter ALL = new LineFilter(null, List.of(), List.of(), List.of());
    private static final LineFilter ERRORS = new LineFilter(Severity.ERR, List.of(), List.of(), List.of());

    private final StopSignal stop = new StopSignal();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TailOutput output = new TailOutput(out, stop::request);

    @Test
    void rawIsOctetForOctetWithOneLineEnd() throws Exception {
        TailPrinter printer = new TailPrinter(output, ALL, null);
        send(printer, "<13>a\377\033[m\n");
        send(printer, "b");
        printer.flush();
        assertThat(out.toString(ISO_8859_1)).isEqualTo("<13>a\377\033[m\nb\n");
    }

    @Test
    void noticesOfTheAgentAreShownWhateverIsAskedFor() throws Exception {
        for (LineFormat format : new LineFormat[] {null, new JsonFormat()}) {
            TailPrinter printer = new TailPrinter(output, ERRORS, format);
            send(printer, "<13>not this");
            send(printer, "<11>this");
            printer.tell("<44>128 messages lost".getBytes(ISO_8859_1));
            printer.flush();
        }
        assertThat(out.toString(ISO_8859_1).lines())
                .containsExactly(
                        "<11>this",
                        "<44>128 messages lost",
                        "{\"severity\":\"err\",\"facility\":1,\"message\":\"this\"}",
                        "{\"severity\":\"warning\",\"facility\":5,\"message\":\"128 messages lost\"}");
    }

    @Test
    void linesAreCollectedUntilNothingMoreIsReadyAndCountAsNotOnTheirWay() throws Exception {
        TailPrinter printer = new TailPrinter(output, ERRORS, null);
        send(printer, "<13>not this");
        assertThat(printer.underway()).isZero();
        send(printer, "<11>this");
        send(printer, "<13>not this");
        assertThat(printer.underway()).isEqualTo(2);
        assertThat(out.size()).isZero();
        printer.flush();
        assertThat(printer.underway()).isZero();
        assertThat(out.size()).isPositive();
    }

    @Test
    void whatIsCollectedIsBounded() throws Exception {
        TailPrinter printer = new TailPrinter(output, ALL, null);
        for (int i = 0; out.size() == 0; i++) {
            assertThat(i).isLessThan(1000);
            send(printer, "x".repeat(99));
        }
        assertThat(out.size()).isBetween(32_000, 33_000);
    }

    @Test
    void anOutputThatEndsEndsEverything() throws Exception {
        TailOutput broken = new TailOutput(
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                stop::request);
        TailPrinter printer = new TailPrinter(broken, ALL, null);
        send(printer, "a");
        assertThatThrownBy(printer::flush).isInstanceOf(CollectorAwayException.class);
        assertThat(stop.requested()).isTrue();
        assertThat(broken.failure()).hasMessage("No space left on device");
        assertThat(printer.held()).isEqualTo(1);
    }

    private static void send(TailPrinter printer, String message) throws CollectorAwayException {
        byte[] octets = ("##" + message).getBytes(ISO_8859_1);
        printer.send(octets, 2, octets.length - 2);
    }
}
