package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.transport.ControlLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long WALL = 1_790_000_000_000L; // ms

    private long now; // ns, of the clock of timed()

    @Test
    void messagesAndControlLinesComeInOrder() throws IOException {
        assertThat(octetCounted("3 abcALIVE\n1 xLOST 5 overrun\n2 yz"))
                .containsExactly("<abc>", "ALIVE", "<x>", "LOST 5 overrun", "<yz>");
    }

    @Test
    void silenceIsCountedFromTheLastOctet() throws IOException {
        FrameReader reader = timed(150, 0, 100, 200);
        assertThat(reader.silentSince().nanos()).isEqualTo(200 * SECOND);
        now += 50 * SECOND;
        assertThat(reader.silentSince()).isEqualTo(new Moment(200 * SECOND, WALL + 200_000));
    }

    @Test
    void whatWaitedWhileTheProcessWasStoppedDoesNotEndTheSilence() throws IOException {
        FrameReader reader = timed(15, 0, 5, 5 + 60, 5 + 60);
        assertThat(reader.silentSince().nanos()).isEqualTo(5 * SECOND);
        now += 14 * SECOND;
        assertThat(reader.silentSince().nanos()).isEqualTo(5 * SECOND);
        assertThat(reader.silentSince().millis()).isEqualTo(WALL + 5_000);
        now += 2 * SECOND; // it has outlived the silence
        assertThat(reader.silentSince().nanos()).isEqualTo(65 * SECOND);
    }

    @Test
    void aMessageIsOctetsWhateverTheyAre() throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        assertThat(octetCounted("256 " + all)).containsExactly("<" + all + ">");
    }

    @Test
    void anLfInsideAMessageStartsNothing() throws IOException {
        assertThat(octetCounted("12 a\nBYE x\n5 zz")).containsExactly("<a\nBYE x\n5 zz>");
    }

    @Test
    void aStreamCanBeSplitAtEveryOctet() throws IOException {
        String stream = "11 hello\nworld5 \0\1\2\3\4ALIVE\n1 1BYE shutdown now\n";
        List<String> whole = octetCounted(stream);
        assertThat(whole).hasSize(5);
        for (int i = 0; i <= stream.length(); i++) {
            assertThat(octetCounted(chunks(stream, i))).isEqualTo(whole);
        }
        assertThat(octetCounted(chunks(stream, new Random(1), 1))).isEqualTo(whole);
    }

    @Test
    void linesCanBeSplitAtEveryOctet() throws IOException {
        String stream = "first\n\n\nsecond \0\r\nthird\nunfinished";
        for (int i = 0; i <= stream.length(); i++) {
            assertThat(lines(chunks(stream, i))).containsExactly("<first>", "<second \0\r>", "<third>");
        }
        assertThat(lines(chunks(stream, new Random(1), 1))).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void chunksOfAnySizeGiveTheSameMessages(long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder counted = new StringBuilder();
        StringBuilder lines = new StringBuilder();
        List<String> expectedCounted = new ArrayList<>();
        List<String> expectedLines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int length = random.nextInt(10) == 0 ? 1 + random.nextInt(65_535) : 1 + random.nextInt(400);
            byte[] octets = new byte[length];
            random.nextBytes(octets);
            String message = new String(octets, ISO_8859_1);
            counted.append(length).append(' ').append(message);
            expectedCounted.add(length > 65_507 ? "skipped " + length : "<" + message + ">");
            String line = message.replace('\n', ' ');
            lines.append(line).append('\n');
            expectedLines.add(length > 65_507 ? "skipped " + length : "<" + line + ">");
            if (random.nextInt(5) == 0) {
                counted.append("ALIVE\n");
                expectedCounted.add("ALIVE");
            }
        }
        assertThat(octetCounted(chunks(counted.toString(), random, 40_000))).isEqualTo(expectedCounted);
        assertThat(lines(chunks(lines.toString(), random, 40_000))).isEqualTo(expectedLines);
    }

    @Test
    void theLongestDatagramIsHandedOn() throws IOException {
        String message = "x".repeat(65_507);
        assertThat(octetCounted("65507 " + message)).containsExactly("<" + message + ">");
        assertThat(lines(message + "\n")).containsExactly("<" + message + ">");
    }

    @Test
    void whatNoDatagramCarriesIsPassedOverAndTheNextMessageIsNot() throws IOException {
        assertThat(octetCounted("65508 " + "x".repeat(65_508) + "65535 " + "x".repeat(65_535) + "2 ok"))
                .containsExactly("skipped 65508", "skipped 65535", "<ok>");
        assertThat(lines("x".repeat(65_508) + "\n" + "y".repeat(1_000_000) + "\nok\n"))
                .containsExactly("skipped 65508", "skipped 1000000", "<ok>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 ",
                "00 ",
                "05 hello",
                "00000000005 hello",
                " 5 hello",
                "-1 x",
                "+1 x",
                "\n",
                "alive\n",
                "<13>hello",
                "\u00c4LIVE\n",
                "\0"
            })
    void aFrameBeginsWithADigitButZeroOrACapitalLetter(String stream) {
        assertThatThrownBy(() -> octetCounted("2 ok" + stream))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("begins with octet " + (int) stream.charAt(0));
    }

    @Test
    void thousandsOfTinyMessagesComeAsTheyAre() throws IOException {
        StringBuilder stream = new StringBuilder();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            stream.append("1 ").append((char) ('a' + i % 26));
            lines.append((char) ('a' + i % 26)).append('\n');
        }
        for (int most : new int[] {1, 7, 16_384, 1_000_000}) {
            assertThat(octetCounted(chunks(stream.toString(), new Random(1), most)))
                    .hasSize(100_000)
                    .startsWith("<a>", "<b>")
                    .endsWith("<" + (char) ('a' + 99_999 % 26) + ">");
            assertThat(lines(chunks(lines.toString(), new Random(1), most))).hasSize(100_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5hello", "1x", "12\nabc", "6\0"})
    void aLengthHasOnlyDigits(String stream) {
        assertThatThrownBy(() -> octetCounted(stream))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536 ", "99999 ", "100000 ", "4294967297 "})
    void aLengthIsAtMost65535(String stream) {
        assertThatThrownBy(() -> octetCounted(stream))
                .isInstanceOf(ProtocolException.class)
                .hasMessageEndingWith("over 65535");
    }

    @Test
    void digitsWithoutEndAreNotWaitedFor() {
        assertThatThrownBy(() -> octetCounted(endless('1')))
                .isInstanceOf(ProtocolException.class)
                .hasMessageEndingWith("over 65535");
    }

    @Test
    void aControlLineHas512OctetsAtMost() throws IOException {
        String longest = "X" + "y".repeat(510);
        assertThat(octetCounted(longest + "\n")).containsExactly(longest);
        assertThatThrownBy(() -> octetCounted(longest + "y\n"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageEndingWith("over 512 octets");
        assertThatThrownBy(() -> octetCounted(endless('A'))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aControlLineIsPrintable() {
        assertThatThrownBy(() -> octetCounted("BYE \u0007\n"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5 ", "5 hell", "ALIVE", "2 ok3 ab"})
    void anEndInsideAFrameIsABreak(String stream) {
        assertThatThrownBy(() -> octetCounted(stream)).isInstanceOf(ConnectionEnd.class);
    }

    @Test
    void anEndBetweenFramesIsAnEnd() throws IOException {
        assertThat(octetCounted("")).isEmpty();
        assertThat(lines("")).isEmpty();
    }

    @Test
    void countsWhatWasReceived() throws IOException {
        FrameReader reader = new FrameReader(new ByteArrayInputStream("a\nb".getBytes(ISO_8859_1)), new Recorder());
        reader.readLines();
        assertThat(reader.received()).isEqualTo(3);
    }

    /** One that has received an octet at each of these seconds, for which so many of silence are worth remembering. */
    private FrameReader timed(int quiet, long... seconds) throws IOException {
        int[] next = {0};
        InputStream in = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] octets, int offset, int length) {
                if (next[0] == seconds.length) {
                    return -1;
                }
                now = seconds[next[0]++] * SECOND;
                octets[offset] = 'x';
                return 1;
            }
        };
        FrameReader reader = new FrameReader(in, new Recorder(), () -> now, () -> WALL + now / 1_000_000);
        reader.quiet(Duration.ofSeconds(quiet));
        reader.readLines();
        return reader;
    }

    private static List<String> octetCounted(String stream) throws IOException {
        return octetCounted(new ByteArrayInputStream(stream.getBytes(ISO_8859_1)));
    }

    private static List<String> octetCounted(InputStream in) throws IOException {
        Recorder recorder = new Recorder();
        new FrameReader(in, recorder).readOctetCounted();
        return recorder.seen;
    }

    private static List<String> lines(String stream) throws IOException {
        return lines(new ByteArrayInputStream(stream.getBytes(ISO_8859_1)));
    }

    private static List<String> lines(InputStream in) throws IOException {
        Recorder recorder = new Recorder();
        new FrameReader(in, recorder).readLines();
        return recorder.seen;
    }

    /** The stream in two reads, split at {@code at}. */
    private static InputStream chunks(String stream, int at) {
        return new java.io.SequenceInputStream(
                new ByteArrayInputStream(stream.substring(0, at).getBytes(ISO_8859_1)),
                new ByteArrayInputStream(stream.substring(at).getBytes(ISO_8859_1)));
    }

    /** The stream in reads of 1 to {@code most} octets. */
    private static InputStream chunks(String stream, Random random, int most) {
        return new ByteArrayInputStream(stream.getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
            }
        };
    }

    private static InputStream endless(char c) {
        return new InputStream() {
            @Override
            public int read() {
                return c;
            }
        };
    }

    private static final class Recorder implements FrameSink {
        final List<String> seen = new ArrayList<>();

        @Override
        public void message(byte[] octets, int offset, int length) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream(length);
            copy.write(octets, offset, length);
            seen.add("<" + copy.toString(ISO_8859_1) + ">");
        }

        @Override
        public void skipped(long length) {
            seen.add("skipped " + length);
        }

        @Override
        public void control(ControlLine line) {
            seen.add(line.toString());
        }
    }
}
