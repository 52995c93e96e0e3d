package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Batch batch = new Batch();

    private static Backlog backlog(int messages) {
        Backlog backlog = Backlog.inMemory(1 << 20);
        for (long number = 0; number < messages; number++) {
            backlog.append(Messages.message(number));
        }
        return backlog;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void messagesAreHeldOctetCounted() {
        Backlog backlog = Backlog.inMemory(1 << 20);
        backlog.append(text("<13>hello"));
        backlog.append(text("x"));

        assertThat(backlog.read(0, batch)).isTrue();

        assertThat(new String(batch.octets(), 0, batch.length(), StandardCharsets.US_ASCII))
                .isEqualTo("9 <13>hello1 x");
        assertThat(batch.messages()).isEqualTo(2);
    }

    @Test
    void everyLengthIsCountedRight() {
        for (int length : new int[] {1, 9, 10, 99, 100, 999, 1_000, 9_999, 10_000, 65_507}) {
            Backlog backlog = Backlog.inMemory(1 << 20);
            backlog.append(ByteBuffer.allocate(length));
            assertThat(backlog.read(0, batch)).isTrue();
            assertThat(new String(batch.octets(), 0, 6, StandardCharsets.ISO_8859_1))
                    .startsWith(length + " ");
            assertThat(batch.length())
                    .isEqualTo(Math.min(
                            Batch.RECORD, length + 1 + String.valueOf(length).length()));
        }
    }

    @Test
    void aFrameThatIsLongerThanABatchComesInPiecesAndTheNextOnesBehindIt() {
        Backlog backlog = backlog(12); // number 7 is the longest there is
        Batch small = new Batch(1_000);
        long read = 0;
        int pieces = 0;
        while (read < 12) {
            assertThat(backlog.read(read, small)).isTrue();
            assertThat(small.isEmpty()).isFalse();
            Messages.check(small, read);
            pieces += small.messages() == 0 ? 1 : 0;
            read += small.messages();
            small.delivered();
        }
        assertThat(pieces).isEqualTo(65);
    }

    @Test
    void onlyTheOctetsBetweenPositionAndLimitAreTaken() {
        Backlog backlog = Backlog.inMemory(1 << 20);
        ByteBuffer datagram = text("..abc..");
        datagram.position(2).limit(5);

        backlog.append(datagram);

        assertThat(backlog.read(0, batch)).isTrue();
        assertThat(new String(batch.octets(), 0, batch.length(), StandardCharsets.US_ASCII))
                .isEqualTo("3 abc");
    }

    @Test
    void caughtUpReaderGetsAnEmptyBatch() {
        assertThat(backlog(3).read(3, batch)).isTrue();
        assertThat(batch.isEmpty()).isTrue();
    }

    @Test
    void batchIsTheLongestRunOfWholeFramesThatFits() {
        Backlog backlog = Backlog.inMemory(1 << 20);
        int frame = 1_000;
        for (int i = 0; i < 500; i++) {
            backlog.append(ByteBuffer.allocate(frame - "996 ".length()));
        }

        assertThat(backlog.read(0, batch)).isTrue();

        assertThat(batch.messages()).isEqualTo(batch.capacity() / frame);
        assertThat(batch.length()).isEqualTo((int) batch.messages() * frame);
    }

    @Test
    void everyOctetSurvivesManyTurnsOfTheRing() {
        Backlog backlog = Backlog.inMemory(1 << 20);
        long read = 0;
        for (long number = 0; number < 20_000; number++) {
            backlog.append(Messages.message(number));
            if (number % 50 == 49) {
                while (read <= number) {
                    assertThat(backlog.read(read, batch)).isTrue();
                    Messages.check(batch, read);
                    read += batch.messages();
                    batch.delivered();
                }
            }
        }
    }

    @Test
    void whatWasOverwrittenIsNotRead() {
        Backlog backlog = backlog(20_000);

        assertThat(backlog.oldest()).isPositive();
        assertThat(backlog.read(backlog.oldest() - 1, batch)).isFalse();
        assertThat(backlog.read(backlog.oldest(), batch)).isTrue();
        Messages.check(batch, backlog.oldest());
    }

    @Test
    void ringHoldsAlmostItsSizeBeforeItForgets() {
        Backlog backlog = Backlog.inMemory(1 << 20);
        int frame = 256;
        int fits = (1 << 20) / frame;
        for (int number = 0; number < fits; number++) {
            backlog.append(ByteBuffer.allocate(frame - "252 ".length()));
        }
        assertThat(backlog.oldest()).isZero();
        assertThat(backlog.octetsSince(0)).isEqualTo(1 << 20);

        backlog.append(ByteBuffer.allocate(frame - "252 ".length()));

        assertThat(backlog.oldest()).isEqualTo(1);
    }

    @Test
    void messagesOfOneOctetAreBoundedByThePositions() {
        Backlog backlog = Backlog.inMemory(1 << 20);
        for (int i = 0; i < 100_000; i++) {
            backlog.append(text("x"));
        }

        assertThat(backlog.next() - backlog.oldest()).isEqualTo((1 << 20) / 64 - 1);
        assertThat(backlog.read(backlog.oldest(), batch)).isTrue();
        assertThat(new String(batch.octets(), 0, 6, StandardCharsets.US_ASCII)).isEqualTo("1 x1 x");
    }

    @Test
    void tooSmallARingIsRefused() {
        assertThatThrownBy(() -> Backlog.inMemory(100)).hasMessageContaining("was 100");
    }
}
