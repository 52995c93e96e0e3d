package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;

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
            records.delivered(); // in two parts
        }
    }

    @Test
    void tooManyThatBringNoneAreFoundHoweverTheyAreReadAndMixed() {
        for (int i = 0; i < EmptyRecords.AT_ONCE; i++) {
            for (byte octet : record(22)) {
                assertThat(records.received(new byte[] {octet}, 0, 1)).isTrue();
            }
            assertThat(received(record(40))).isTrue();
            records.delivered();
        }
        assertThat(received(record(22))).isTrue();
        assertThat(received(record(22)))
                .as("one more has come and brought nothing")
                .isFalse();
    }

    @Test
    void dataInBetweenMakesUpForNone() {
        for (int i = 0; i < EmptyRecords.AT_ONCE; i++) {
            assertThat(received(record(22))).isTrue();
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(received(record(40))).isTrue();
            records.delivered();
        }
        assertThat(received(record(22))).isTrue();
        assertThat(received(record(22))).isFalse();
    }

    @Test
    void longOnesAreFoundByTheirOctets() {
        byte[] manyKeyUpdatesInOne = record(16_000);
        assertThat(received(manyKeyUpdatesInOne)).isTrue();
        records.secured(); // that one was of the handshake
        assertThat(received(manyKeyUpdatesInOne)).isTrue();
        assertThat(received(manyKeyUpdatesInOne)).isTrue();
        assertThat(received(manyKeyUpdatesInOne)).isTrue();
        assertThat(received(record(22))).isFalse();
        now += 1_000 * SECOND;
        assertThat(received(record(22))).isTrue();
    }

    @Test
    void aFewAreLetPassAsTimeGoesBy() {
        for (int i = 0; i <= EmptyRecords.AT_ONCE; i++) {
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
