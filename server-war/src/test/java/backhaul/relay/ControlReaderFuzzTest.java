package backhaul.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.ControlLine;
import backhaul.transport.Hostile;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever an agent sends, in whatever pieces it comes. */
class ControlReaderFuzzTest {
    @Provide
    Arbitrary<byte[]> anything() {
        return Hostile.octets(1500);
    }

    @Provide
    Arbitrary<byte[]> damagedLines() {
        return Hostile.damaged("HELLO 0123456789abcdef fedcba9876543210 123456789\nALIVE\nALIVE\nBYE shutdown the end\n"
                .getBytes(US_ASCII));
    }

    @Provide
    Arbitrary<Long> seed() {
        return Arbitraries.longs();
    }

    private static List<String> read(InputStream in) {
        List<String> lines = new ArrayList<>();
        ControlReader reader = new ControlReader(in);
        try {
            ControlLine line = reader.next();
            try {
                Hello hello = Hello.parse(line);
                assertThat(hello.instance()).matches("[A-Za-z0-9-]{1,64}");
                assertThat(hello.next()).isNotNegative();
            } catch (PeerRefusedException e) {
                lines.add(e.getMessage());
            }
            for (; line != null; line = reader.next()) {
                lines.add(line.toString());
            }
        } catch (ProtocolException | EOFException e) {
            lines.add(e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return lines;
    }

    @Property(tries = 2000)
    void anythingInAnyPiecesIsTheSame(@ForAll("anything") byte[] octets, @ForAll("seed") long seed) {
        assertThat(read(Hostile.pieces(octets, 20, seed))).isEqualTo(read(new ByteArrayInputStream(octets)));
    }

    @Property(tries = 2000)
    void damagedLinesInAnyPiecesAreTheSame(@ForAll("damagedLines") byte[] octets, @ForAll("seed") long seed) {
        assertThat(read(Hostile.pieces(octets, 20, seed))).isEqualTo(read(new ByteArrayInputStream(octets)));
    }
}
