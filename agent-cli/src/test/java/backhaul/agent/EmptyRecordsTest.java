package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class EmptyRecordsTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = Long.MAX_VALUE - SECOND; // ns
    private final EmptyRecords records = new EmptyRecords(() -> now);

    @Test
    void recordsThatBringDataAreNotCounted() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(received(record(i % 300))).isTrue();
            records.delivered();
        }
    }

    @Test
    void tooManyThatBringNoneAreFoundHoweverTheyAreReadAndMixed() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i <= EmptyRecords.AT_ONCE; i++) {
            stream.writeBytes(record(22));
        }
        byte[] octets = stream.toByteArray();
        for (int i = 0; i < octets.length; i++) {
            boolean all = i >= octets.length - 23; // the header of the last one is whole
            assertThat(records.received(octets, i, 1)).as("octet %s", i).isEqualTo(!all);
            if (i % 27 == 26 && i < octets.length / 2) {
                assertThat(received(record(40))).isTrue();
                records.delivered();
            }
        }
    }

    @Test
    void aFewAreLetPassAsTimeGoesBy() {
        for (int i = 0; i < EmptyRecords.AT_ONCE; i++) {
            assertThat(received(record(22))).isTrue();
        }
        now += 2 * SECOND;
        assertThat(received(record(22))).isTrue();
        assertThat(received(record(22))).isTrue();
        assertThat(received(record(22))).isFalse();
    }

    @Test
    void timeInWhichNoneCameIsNoCredit() {
        now += 1_000_000 * SECOND;
        boolean passed = true;
        for (int i = 0; i < 3 * EmptyRecords.AT_ONCE; i++) {
            passed = received(record(22));
        }
        assertThat(passed).isFalse();
    }

    private boolean received(byte[] octets) {
        return records.received(octets, 0, octets.length);
    }

    private static byte[] record(int length) {
        byte[] record = new byte[5 + length];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (length >> 8);
        record[4] = (byte) length;
        return record;
    }
}
