package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelDropsTest {
    private static final String HEADING =
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer"
                    + " drops\n";

    @TempDir
    private Path directory;

    private KernelDrops drops(String rows, String address, int port) throws Exception {
        Path table = directory.resolve("udp");
        Files.writeString(table, HEADING + rows);
        return new KernelDrops(
                List.of(table, directory.resolve("missing")),
                new InetSocketAddress(InetAddress.getByName(address), port));
    }

    private static String row(String local, int port, int drops) {
        return "  123: %s:%04X 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 4711 2 0000 %d\n"
                .formatted(local, port, drops);
    }

    @Test
    void rowOfTheSocketIsFoundByAddressAndPort() throws Exception {
        String rows = row("0100007F", 515, 1) + row("0100007F", 514, 77) + row("00000000", 514, 3);
        assertThat(drops(rows, "127.0.0.1", 514).read()).hasValue(77);
        assertThat(drops(rows, "0.0.0.0", 514).read()).hasValue(3);
        assertThat(drops(rows, "127.0.0.2", 514).read()).isEmpty();
    }

    @Test
    void rowOfAnIpv6SocketIsFound() throws Exception {
        String rows = row("00000000000000000000000001000000", 514, 5)
                + row("B80D0120000000000000000001000000", 514, 6)
                + row("00000000000000000000000000000000", 514, 7);
        assertThat(drops(rows, "::1", 514).read()).hasValue(5);
        assertThat(drops(rows, "2001:db8::1", 514).read()).hasValue(6);
        assertThat(drops(rows, "::", 514).read()).hasValue(7);
    }

    @Test
    void kernelThatDoesNotTellIsNoError() throws Exception {
        assertThat(drops("", "127.0.0.1", 514).read()).isEmpty();
        assertThat(drops("nonsense\n\n: : :\n", "127.0.0.1", 514).read()).isEmpty();
    }

    @Test
    void counterIsThatOfTheRealKernel() throws Exception {
        int sent = 3_000;
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            try (DatagramChannel full = DatagramChannel.open(
                            address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
                    DatagramSocket originator = new DatagramSocket()) {
                full.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
                full.configureBlocking(false);
                byte[] message = new byte[512];
                for (int i = 0; i < sent; i++) {
                    originator.send(new DatagramPacket(message, message.length, full.getLocalAddress()));
                }
                KernelDrops kernel = new KernelDrops((InetSocketAddress) full.getLocalAddress());
                int read = 0;
                ByteBuffer buffer = ByteBuffer.allocate(1_024);
                while (full.receive(buffer.clear()) != null) {
                    read++;
                }
                int dropped = sent - read;
                assertThat(dropped).isPositive();
                await().until(() -> kernel.read().orElse(-1) == dropped);
            }
        }
    }

    @Test
    void movedCounterIsSaidOnceInTenSeconds() throws Exception {
        List<String> notices = new ArrayList<>();
        long start = 12_345;
        drops(row("0100007F", 514, 0), "127.0.0.1", 514);
        DropWatch watch = new DropWatch(
                new KernelDrops(List.of(directory.resolve("udp")), new InetSocketAddress("127.0.0.1", 514)),
                notices::add,
                start);
        for (int second = 0; second <= 25; second++) {
            Files.writeString(directory.resolve("udp"), HEADING + row("0100007F", 514, second * 2));
            watch.sweep(start + TimeUnit.SECONDS.toNanos(second));
        }

        assertThat(notices).hasSize(3);
        assertThat(notices.get(0)).startsWith("2 messages lost before the relay could read them");
        assertThat(notices.get(1)).startsWith("20 messages lost");
        assertThat(notices.get(2)).startsWith("20 messages lost");
        assertThat(watch.dropped()).isEqualTo(50);
    }
}
