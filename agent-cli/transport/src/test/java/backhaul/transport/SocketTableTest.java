package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With tables as Linux writes them on a little-endian machine, and with its own. */
class SocketTableTest {
    @TempDir
    Path directory;

    @BeforeEach
    void littleEndian() throws IOException {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "words of the tables are reversed");
        table();
        table6();
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
        table6(line("0".repeat(32) + ":0202", 4, 40, 4));
        SocketTable table = socketTable("127.0.0.1");
        assertThat(table.look()).isTrue();
        assertThat(table.drops()).isEqualTo(40);
        table(line("00000000:0202", 1, 10, 1));
        assertThat(table.look()).isTrue();
        assertThat(table.drops()).isEqualTo(10);
    }

    @Test
    void ipv6IsReadInItsWords() throws IOException {
        table6(line("B80D0120000000000000000005000000:0202", 4, 40, 4));
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
        Arrays.fill(lines, line("0100007F:0201", 0, 0, 1));
        lines[999] = line("0100007F:0202", 4, 40, 4);
        table(lines);
        SocketTable table = socketTable("127.0.0.1");
        assertThat(table.look()).isTrue();
        assertThat(table.queued()).isEqualTo(4);
    }

    @Test
    void aWildcardIsFoundInEitherTable() throws IOException {
        table6(line("0".repeat(32) + ":0202", 4, 40, 4));
        for (String wildcard : new String[] {"0.0.0.0", "::"}) {
            SocketTable table = socketTable(wildcard);
            assertThat(table.look()).isTrue();
            assertThat(table.drops()).isEqualTo(40);
        }
        table(line("00000000:0202", 1, 10, 1));
        SocketTable table = socketTable("0.0.0.0");
        assertThat(table.look()).isTrue();
        assertThat(table.drops()).isEqualTo(10);
    }

    @Test
    void linesThatAreNoneArePassedOver() throws IOException {
        table("nonsense\n", "\n", ": : :\n");
        assertThat(socketTable("127.0.0.1").look()).isFalse();
        table("nonsense\n", line("0100007F:0202", 4, 40, 4));
        assertThat(socketTable("127.0.0.1").look()).isTrue();
    }

    @EnabledOnOs(value = LINUX, disabledReason = "the table is Linux's")
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void dropsAreThoseOfTheRealKernel(String address) throws Exception {
        int sent = 3_000;
        try (DatagramChannel full = DatagramChannel.open(
                        address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
                DatagramSocket originator = new DatagramSocket()) {
            full.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            full.configureBlocking(false);
            byte[] message = new byte[512];
            for (int i = 0; i < sent; i++) {
                originator.send(new DatagramPacket(message, message.length, full.getLocalAddress()));
            }
            try (SocketTable table =
                    SocketTable.open(SocketTable.PROC_NET, (InetSocketAddress) full.getLocalAddress())) {
                assertThat(table.look()).isTrue();
                assertThat(table.queued()).isPositive();
                int read = 0;
                ByteBuffer buffer = ByteBuffer.allocate(1_024);
                while (full.receive(buffer.clear()) != null) {
                    read++;
                }
                int dropped = sent - read;
                assertThat(dropped).isPositive();
                await().until(() -> table.look() && table.drops() == dropped);
            }
        }
    }

    @EnabledOnOs(value = LINUX, disabledReason = "the table is Linux's")
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void eachOfManySocketsOfTheRealKernelIsFound(String address) throws Exception {
        List<DatagramSocket> many = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                many.add(new DatagramSocket(0, InetAddress.getByName(address)));
            }
            for (DatagramSocket one : many) {
                try (SocketTable table =
                        SocketTable.open(SocketTable.PROC_NET, (InetSocketAddress) one.getLocalSocketAddress())) {
                    assertThat(table.look()).isTrue();
                }
            }
        } finally {
            many.forEach(DatagramSocket::close);
        }
    }

    private SocketTable socketTable(String address) throws IOException {
        return SocketTable.open(directory, new InetSocketAddress(InetAddress.getByName(address), 514));
    }

    private void table(String... lines) throws IOException {
        write("udp", lines);
    }

    private void table6(String... lines) throws IOException {
        write("udp6", lines);
    }

    private void write(String name, String... lines) throws IOException {
        Files.writeString(
                directory.resolve(name),
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
