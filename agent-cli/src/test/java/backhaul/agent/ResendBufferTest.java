package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResendBufferTest {
    private final ResendBuffer frames = new ResendBuffer(65_507);
    private long now = Long.MAX_VALUE - 5; // nanoTime may wrap

    @Test
    void messagesAreCountedOrLines() {
        for (int length : new int[] {0, 1, 9, 10, 99, 100, 12_345, 65_507}) {
            counted("x".repeat(length));
            assertThat(writeAll()).isEqualTo(length + " " + "x".repeat(length));
        }
        line("a\nb\n");
        line("\n");
        line("");
        line("\n\nc");
        assertThat(writeAll()).isEqualTo("a#012b\n\n\n#012#012c\n");
    }

    /** syslog-ng ends a message at a NUL; rsyslog takes digits at the beginning for the length of a message. */
    @Test
    void nothingInALineEndsItOrIsTakenForALength() {
        line("a\0b1\0");
        line("9 <13>forged");
        line("00");
        line("\t1");
        assertThat(writeAll()).isEqualTo("a#000b1#000\n#071 <13>forged\n#0600\n\t1\n");
    }

    @Test
    void whatIsPartlyWrittenWaits() {
        counted("a");
        counted("bc");
        frames.sent(6, now);
        assertThat(frames.waiting()).isOne();
        assertThat(unsent()).isEqualTo("c");
        frames.sent(1, now);
        assertThat(frames.waiting()).isZero();
    }

    @Test
    void afterABreakCopiesAndWhatWaitsAreWrittenInOrder() {
        counted("a");
        counted("b");
        frames.sent(4, now);
        counted("c");
        assertThat(frames.repeat()).isOne();
        assertThat(frames.waiting()).isEqualTo(3);
        assertThat(writeAll()).isEqualTo("1 a1 b1 c");
        assertThat(frames.repeat()).isEqualTo(3);
    }

    @Test
    void afterAnEndInOrderOnlyTheYoungestAreRepeated() {
        counted("a");
        writeAll();
        frames.arrived(0, now);
        now += 10;
        counted("b");
        writeAll();
        frames.arrived(0, now);
        counted("c");
        assertThat(frames.repeat(now - 1)).isOne();
        assertThat(writeAll()).isEqualTo("1 b1 c");
        frames.arrived(0, now);
        assertThat(frames.repeat(now + 1)).isZero();
        assertThat(frames.waiting()).isZero();
    }

    @Test
    void whatIsNotAcknowledgedIsUnderWayHoweverLongAgoItWasWritten() {
        counted("a");
        writeAll();
        counted("bc");
        writeAll();
        counted("d");
        frames.arrived(3, now);
        assertThat(frames.underway()).isEqualTo(2);
        assertThat(frames.repeat(now + 1)).isOne();
        assertThat(frames.underway()).isEqualTo(2);
        assertThat(writeAll()).isEqualTo("2 bc1 d");
        frames.arrived(0, now);
        assertThat(frames.underway()).isZero();
    }

    @Test
    void whatNoSendBufferCanHoldHasArrived() {
        for (int i = 0; i < 30; i++) {
            counted("x".repeat(9_994)); // frames of 9,999 octets
            writeAll();
        }
        assertThat(frames.underway()).isEqualTo(27);
    }

    @Test
    void aMessageThatIsTooLongIsCutBetweenCharactersAndSaysSo() {
        ResendBuffer cutting = new ResendBuffer(500);
        String mark = " [backhaul-agent: cut, was 501 octets]";
        byte[] plain = "x".repeat(501).getBytes(UTF_8);
        assertThat(cutting.addCounted(plain, 0, 500)).isTrue();
        assertThat(cutting.addCounted(plain, 0, 501)).isFalse();
        byte[] wide = ("x" + "\u00e4".repeat(250)).getBytes(UTF_8);
        assertThat(cutting.addCounted(wide, 0, 501)).isFalse();
        assertThat(text(cutting))
                .isEqualTo("500 " + "x".repeat(500) + "500 " + "x".repeat(500 - mark.length()) + mark + "499 x"
                        + "\u00e4".repeat((500 - mark.length() - 1) / 2) + mark);
    }

    @Test
    void aLineIsCutByItsLengthWhenItIsEscaped() {
        ResendBuffer cutting = new ResendBuffer(500);
        assertThat(cutting.addLine("\n".repeat(126).getBytes(UTF_8), 0, 126)).isTrue(); // 125 of them escaped
        assertThat(cutting.addLine("\n".repeat(127).getBytes(UTF_8), 0, 127)).isFalse();
        assertThat(cutting.addLine(("x".repeat(500) + "\n").getBytes(UTF_8), 0, 501))
                .isTrue();
        String mark = " [backhaul-agent: cut, was 127 octets]";
        assertThat(text(cutting))
                .isEqualTo("#012".repeat(125) + "\n" + "#012".repeat((500 - mark.length()) / 4) + mark + "\n"
                        + "x".repeat(500) + "\n");
    }

    @Test
    void theNewestOctetsAreKeptWhateverTheLengths() {
        Random random = new Random(1);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            String message = "m".repeat(i % 1000 == 7 ? 65_507 : 100 + random.nextInt(400));
            counted(message);
            all.append(message.length()).append(' ').append(message);
            if (frames.worthAWrite()) {
                frames.sent(Math.min(1 + random.nextInt(60_000), unsent().length()), now);
            }
            if (all.length() > 2_000_000) {
                all.delete(0, all.length() - 1_000_000);
            }
        }
        frames.sent(unsent().length(), now);
        int again = frames.repeat();
        String repeated = unsent();
        assertThat(again).isPositive();
        assertThat(repeated.length()).isBetween(ResendBuffer.KEPT, ResendBuffer.KEPT + 65_513);
        assertThat(all.toString()).endsWith(repeated);
    }

    @Test
    void noMoreFramesAreKeptThanThePositionRemembers() {
        for (int i = 0; i < 100_000; i++) {
            line("x");
            if (frames.worthAWrite()) {
                writeAll();
                frames.arrived(0, now);
            }
        }
        writeAll();
        assertThat(frames.repeat()).isEqualTo(ResendBuffer.MOST);
        assertThat(writeAll()).isEqualTo("x\n".repeat(ResendBuffer.MOST));
    }

    @Test
    void noCopyIsDroppedOfWhatMayNotHaveArrived() {
        int count = 0;
        for (; !frames.isFull(); count++) {
            line("x");
            if (frames.worthAWrite()) {
                writeAll();
            }
        }
        writeAll();
        assertThat(frames.repeat()).isEqualTo(count);
    }

    @Test
    void itIsKnownWhetherACopyIsMissing() {
        counted("x".repeat(10_000));
        writeAll();
        assertThat(frames.missesSince(now)).isFalse();
        for (int i = 0; i < 30; i++) {
            counted("x".repeat(10_000));
            writeAll();
        }
        assertThat(frames.missesSince(now)).isTrue();
        assertThat(frames.missesSince(now + 1)).isFalse();
        frames.begin();
        assertThat(frames.missesSince(now)).isFalse();
    }

    @Test
    void theLongestLinesFit() {
        for (int i = 0; i < 20; i++) {
            line("x".repeat(65_507));
            assertThat(writeAll()).isEqualTo("x".repeat(65_507) + "\n");
            line("\n".repeat(65_507));
            assertThat(writeAll()).endsWith("#012 [backhaul-agent: cut, was 65507 octets]\n");
        }
        frames.repeat();
        line("x\n".repeat(13_000));
        assertThat(unsent()).endsWith("x#012x\n");
    }

    private void counted(String message) {
        frames.addCounted(("<" + message).getBytes(ISO_8859_1), 1, message.length());
    }

    private void line(String message) {
        frames.addLine(("<" + message).getBytes(ISO_8859_1), 1, message.length());
    }

    private String unsent() {
        return new String(octets(frames), ISO_8859_1);
    }

    private static String text(ResendBuffer frames) {
        return new String(octets(frames), UTF_8);
    }

    private static byte[] octets(ResendBuffer frames) {
        ByteBuffer unsent = frames.unsent();
        byte[] octets = new byte[unsent.remaining()];
        unsent.duplicate().get(octets);
        return octets;
    }

    private String writeAll() {
        String all = unsent();
        frames.sent(all.length(), now);
        return all;
    }
}
