package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.ControlLine;
import backhaul.transport.Hostile;
import backhaul.transport.Wire;
import java.io.ByteArrayInputStream;
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

/** Whatever a relay sends, in whatever pieces it comes: the same frames and the same end, and never a fault of ours. */
class FrameReaderFuzzTest {
    /** What came of it: frames as text, and how it ended. */
    private static final class Result implements FrameSink {
        final List<String> frames = new ArrayList<>();
        String end;

        @Override
        public void message(byte[] octets, int offset, int length) {
            assertThat(length).isBetween(1, Wire.MAX_DATAGRAM);
            frames.add(new String(octets, offset, length, ISO_8859_1));
        }

        @Override
        public void skipped(long length) {
            assertThat(length).isGreaterThan(Wire.MAX_DATAGRAM);
            frames.add("skipped " + length);
        }

        @Override
        public void control(ControlLine line) {
            frames.add("control " + line);
        }

        @Override
        public String toString() {
            return frames + " " + end;
        }
    }

    @Provide
    Arbitrary<byte[]> anything() {
        return Hostile.octets(2000);
    }

    @Provide
    Arbitrary<byte[]> damagedStream() {
        StringBuilder sound = new StringBuilder("STREAM a1b2 17 5000 3\n");
        for (int length : new int[] {1, 9, 10, 99, 700, 3}) {
            sound.append(length).append(' ').append("x".repeat(length));
        }
        sound.append("ALIVE\nLOST 5 overrun\n12 <13>1 - - - -BYE shutdown it was stopped\n");
        return Hostile.damaged(sound.toString().getBytes(ISO_8859_1));
    }

    @Provide
    Arbitrary<Long> seed() {
        return Arbitraries.longs();
    }

    private static Result read(byte[] octets, boolean lines, InputStream in) {
        Result result = new Result();
        FrameReader reader = new FrameReader(in, result);
        try {
            if (lines) {
                reader.readLines();
            } else {
                reader.readOctetCounted();
            }
            result.end = "end";
        } catch (ProtocolException | ConnectionEnd e) {
            result.end = e.getMessage();
        } catch (IOException e) {
            throw new AssertionError("neither a breach of the framing nor an end", e);
        }
        assertThat(reader.received()).isLessThanOrEqualTo(octets.length);
        return result;
    }

    private static void expectTheSameInPieces(byte[] octets, long seed) {
        for (boolean lines : new boolean[] {false, true}) {
            Result whole = read(octets, lines, new ByteArrayInputStream(octets));
            assertThat(read(octets, lines, Hostile.pieces(octets, 40, seed))).hasToString(whole.toString());
        }
    }

    @Property(tries = 2000)
    void anythingInAnyPiecesIsTheSame(@ForAll("anything") byte[] octets, @ForAll("seed") long seed) {
        expectTheSameInPieces(octets, seed);
    }

    @Property(tries = 3000)
    void aDamagedStreamInAnyPiecesIsTheSame(@ForAll("damagedStream") byte[] octets, @ForAll("seed") long seed) {
        expectTheSameInPieces(octets, seed);
    }
}
