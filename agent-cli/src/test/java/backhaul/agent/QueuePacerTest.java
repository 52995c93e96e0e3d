package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With tables as Linux writes them on a little-endian machine. */
class QueuePacerTest {
    private static final long CAPACITY = 212_992;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private long now;
    private long capacity = CAPACITY;

    @BeforeEach
    void littleEndian() throws IOException {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        Files.writeString(directory.resolve("udp"), "");
        Files.writeString(directory.resolve("udp6"), "");
    }

    @Test
    void itStopsWellBelowTheCapacity() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 0, 0, 7));
        int sent = 0;
        while (sent < 1000) {
            if (sent % 104 == 0) {
                table(line("0100007F:0202", sent * 1280L, 0, 7));
            }
            if (pacer.delay(256) > 0) {
                break;
            }
            sent++;
        }
        assertThat(sent).isEqualTo(104); // 104 * 1,280 is 5/8 of 212,992
    }

    @Test
    void itGoesOnWhenHalfIsRead() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 150_000, 0, 7));
        assertThat(pacer.delay(256)).isPositive();
        table(line("0100007F:0202", 120_000, 0, 7));
        assertThat(pacer.delay(256)).isPositive();
        table(line("0100007F:0202", 100_000, 0, 7));
        assertThat(pacer.delay(256)).isZero();
    }

    @Test
    void aCollectorThatReadsNothingIsToldFromASlowOne() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 150_000, 0, 7));
        pacer.delay(256);
        now += 9 * SECOND;
        pacer.delay(256);
        assertThat(pacer.heldNanos()).isEqualTo(9 * SECOND);
        table(line("0100007F:0202", 149_000, 0, 7));
        pacer.delay(256);
        assertThat(pacer.heldNanos()).isZero();
        now += SECOND;
        table(line("0100007F:0202", 0, 0, 7));
        assertThat(pacer.delay(256)).isZero();
        assertThat(pacer.heldNanos()).isZero();
    }

    @Test
    void dropsSinceTheBeginningAreToldOnce() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 0, 40, 7));
        assertThat(pacer.takeDropped()).isZero();
        lookAfter(pacer, line("0100007F:0202", 0, 45, 7));
        assertThat(pacer.takeDropped()).isEqualTo(5);
        assertThat(pacer.takeDropped()).isZero();
        // The collector was restarted: what its new socket dropped came after the beginning, all of it.
        lookAfter(pacer, line("0100007F:0202", 0, 3, 8));
        assertThat(pacer.takeDropped()).isEqualTo(3);
    }

    @Test
    void dropsMakeItMoreCareful() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 0, 0, 7));
        lookAfter(pacer, line("0100007F:0202", 0, 1, 7));
        table(line("0100007F:0202", 70_000, 1, 7)); // 5/8 of half the capacity is 66,560
        for (int i = 0; i < 52; i++) {
            assertThat(pacer.delay(256)).isZero();
        }
        assertThat(pacer.delay(256)).isPositive();
    }

    @Test
    void aQueueSeenLongerIsLarger() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 1 << 20, 0, 7));
        assertThat(pacer.delay(256)).isPositive();
        table(line("0100007F:0202", 300_000, 0, 7));
        assertThat(pacer.delay(256)).isZero();
    }

    @Test
    void aNewSocketHasACapacityOfItsOwn() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0202", 150_000, 0, 7));
        assertThat(pacer.delay(256)).isPositive();
        capacity = 4 * CAPACITY;
        table(line("0100007F:0202", 150_000, 0, 7));
        assertThat(pacer.delay(256)).isPositive();
        table(line("0100007F:0202", 150_000, 0, 8));
        assertThat(pacer.delay(256)).isZero();
    }

    @Test
    void aCollectorNotInTheTableIsPacedByRate() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0203", 0, 0, 7));
        for (int i = 0; i < RatePacer.BURST; i++) {
            assertThat(pacer.delay(256)).isZero();
        }
        assertThat(pacer.delay(256)).isPositive();
        assertThat(pacer.raise()).isEqualTo(2000);
    }

    @Test
    void truesizeIsNeverTakenForLessThanItIs() {
        int[][] seen = {
            {0, 832},
            {192, 832},
            {200, 1280},
            {640, 1280},
            {700, 2304},
            {1500, 2304},
            {2000, 4352},
            {3000, 4352},
            {4000, 8448},
            {8000, 16_640},
            {16_000, 16_640},
            {32_000, 32_832},
            {65_507, 66_339}
        };
        for (int[] pair : seen) {
            assertThat(QueuePacer.truesize(pair[0]))
                    .as("%d octets", pair[0])
                    .isBetween((long) pair[1], pair[1] + 5000L);
        }
    }

    /** Sends as much as makes it look. */
    private void lookAfter(QueuePacer pacer, String line) throws IOException {
        table(line);
        now += 2 * SECOND;
        assertThat(pacer.delay(1)).isZero();
        pacer.idle();
    }

    private QueuePacer pacer(String line) throws IOException {
        table(line);
        SocketTable table = SocketTable.open(directory, new InetSocketAddress("127.0.0.1", 514));
        return new QueuePacer(table, new RatePacer(1000, () -> now), inode -> capacity, () -> now);
    }

    private void table(String... lines) throws IOException {
        Files.writeString(
                directory.resolve("udp"),
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref"
                        + " pointer drops            \n" + String.join("", lines));
    }

    private static String line(String local, long queued, long drops, long inode) {
        return String.format(
                " 4895: %s 00000000:0000 07 00000000:%08X 00:00000000 00000000     0        0 %d 2 0000000089849d55 %d"
                        + "            \n",
                local, queued, inode, drops);
    }
}
