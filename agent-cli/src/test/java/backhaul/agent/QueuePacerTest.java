package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

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
        // The collector was started anew: what its new socket dropped came after the beginning, all of it.
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
    void aCollectorNotInTheTableIsPacedByRate() throws IOException {
        QueuePacer pacer = pacer(line("0100007F:0203", 0, 0, 7));
        for (int i = 0; i < RatePacer.BURST; i++) {
            assertThat(pacer.delay(256)).isZero();
        }
        assertThat(pacer.delay(256)).isPositive();
        assertThat(pacer.raise()).isEqualTo(2000);
    }

    @Test
    void theMostSpecificSocketCounts() throws IOException {
        table(
                line("00000000:0202", 1, 10, 1),
                line("0100007F:0201", 2, 20, 2),
                connected("0100007F:0202", 3, 30, 3),
                line("0100007F:0202", 4, 40, 4),
                line("0200007F:0202", 5, 50, 5));
        SocketTable table = socketTable("127.0.0.1");
        assertThat(table.look()).isTrue();
        assertThat(table.queued()).isEqualTo(4);
        assertThat(table.drops()).isEqualTo(40);
        assertThat(table.inode()).isEqualTo(4);
    }

    @Test
    void aWildcardOfIpv6TakesIpv4AsWell() throws IOException {
        Files.writeString(directory.resolve("udp6"), line("0".repeat(32) + ":0202", 4, 40, 4));
        SocketTable table = socketTable("127.0.0.1");
        assertThat(table.look()).isTrue();
        assertThat(table.drops()).isEqualTo(40);
        table(line("00000000:0202", 1, 10, 1));
        assertThat(table.look()).isTrue();
        assertThat(table.drops()).isEqualTo(10);
    }

    @Test
    void ipv6IsReadInItsWords() throws IOException {
        Files.writeString(directory.resolve("udp6"), line("B80D0120000000000000000005000000:0202", 4, 40, 4));
        SocketTable table = socketTable("2001:db8::5");
        assertThat(table.look()).isTrue();
        assertThat(table.queued()).isEqualTo(4);
        assertThat(socketTable("2001:db8::6").look()).isFalse();
    }

    @Test
    void severalSocketsOfOneAddressCountTogether() throws IOException {
        table(line("00000000:0202", 9, 10, 1), line("00000000:0202", 4, 5, 2));
        SocketTable table = socketTable("127.0.0.1");
        assertThat(table.look()).isTrue();
        assertThat(table.queued()).isEqualTo(9);
        assertThat(table.drops()).isEqualTo(15);
    }

    @Test
    void aLongTableIsReadToTheEnd() throws IOException {
        String[] lines = new String[1000];
        java.util.Arrays.fill(lines, line("0100007F:0201", 0, 0, 1));
        lines[999] = line("0100007F:0202", 4, 40, 4);
        table(lines);
        SocketTable table = socketTable("127.0.0.1");
        assertThat(table.look()).isTrue();
        assertThat(table.queued()).isEqualTo(4);
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
        return new QueuePacer(socketTable("127.0.0.1"), new RatePacer(1000, () -> now), CAPACITY, () -> now);
    }

    private SocketTable socketTable(String address) throws IOException {
        return SocketTable.open(directory, new InetSocketAddress(address, 514));
    }

    private void table(String... lines) throws IOException {
        Files.writeString(
                directory.resolve("udp"),
                "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref"
                        + " pointer drops            \n" + String.join("", lines));
    }

    private static String line(String local, long queued, long drops, long inode) {
        return line(local, "0".repeat(local.length() - 5) + ":0000 07", queued, drops, inode);
    }

    private static String connected(String local, long queued, long drops, long inode) {
        return line(local, "0100007F:C001 01", queued, drops, inode);
    }

    private static String line(String local, String remote, long queued, long drops, long inode) {
        return String.format(
                " 4895: %s %s 00000000:%08X 00:00000000 00000000     0        0 %d 2 0000000089849d55 %d            \n",
                local, remote, queued, inode, drops);
    }
}
