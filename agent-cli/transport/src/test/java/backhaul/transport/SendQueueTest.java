package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendQueueTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @TempDir
    Path directory;

    @Test
    void itIsTheConnectionOfBothEnds() throws IOException {
        Files.writeString(
                directory.resolve("tcp"),
                HEAD
                        + line("0100007F:9C40", "0100007F:0203", 7, 0, 0)
                        + line("0100007F:9C41", "0100007F:0202", 8, 0, 0)
                        + line("0100007F:9C40", "0100007F:0202", 0x1f40, 10, 0));
        SendQueue queue = queue("127.0.0.1");
        assertThat(queue.look()).isTrue();
        assertThat(queue.octets()).isEqualTo(8000);
        assertThat(queue.unanswered()).isEqualTo(10);
    }

    @Test
    void aSocketOfIpv6ThatHasConnectedByIpv4IsInTheOtherTable() throws IOException {
        Files.writeString(directory.resolve("tcp"), HEAD);
        String mapped = "0000000000000000FFFF00000100007F";
        Files.writeString(directory.resolve("tcp6"), HEAD + line(mapped + ":9C40", mapped + ":0202", 5, 0, 12));
        SendQueue queue = queue("127.0.0.1");
        assertThat(queue.look()).isTrue();
        assertThat(queue.octets()).isEqualTo(5);
        assertThat(queue.unanswered()).isEqualTo(12);
    }

    @Test
    void whereTheKernelTellsNothingNothingIsKnown() throws IOException {
        assertThatThrownBy(() -> queue("127.0.0.1")).isInstanceOf(IOException.class);
        Files.writeString(directory.resolve("tcp"), HEAD);
        assertThat(queue("127.0.0.1").look()).isFalse();
    }

    @EnabledOnOs(value = LINUX, disabledReason = "the table is Linux's")
    @ParameterizedTest
    @CsvSource({"127.0.0.1, INET", "127.0.0.1, INET6", "::1, INET6"})
    void whatTheRealPeerHasNoRoomForIsNotAcknowledged(String address, StandardProtocolFamily family) throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open();
                SocketChannel sender = SocketChannel.open(family)) {
            server.setOption(StandardSocketOptions.SO_RCVBUF, 8 * 1024);
            server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            sender.connect(server.getLocalAddress());
            try (SocketChannel receiver = server.accept();
                    SendQueue queue = SendQueue.open(
                            SocketTable.PROC_NET, (InetSocketAddress) sender.getLocalAddress(), (InetSocketAddress)
                                    sender.getRemoteAddress())) {
                assertThat(queue.look()).isTrue();
                assertThat(queue.octets()).isZero();
                sender.configureBlocking(false);
                ByteBuffer some = ByteBuffer.allocate(4096);
                long written = 0;
                for (int count; (count = sender.write(some.clear())) > 0; ) {
                    written += count;
                }
                assertThat(queue.look()).isTrue();
                assertThat(queue.octets()).isBetween(1L, written - 1);
                for (long read = 0; read < written; ) {
                    read += receiver.read(some.clear());
                }
                await().until(() -> queue.look() && queue.octets() == 0 && queue.unanswered() == 0);
            }
        }
    }

    private SendQueue queue(String address) throws IOException {
        InetAddress host = InetAddress.getByName(address);
        return SendQueue.open(directory, new InetSocketAddress(host, 40_000), new InetSocketAddress(host, 514));
    }

    private static String line(String local, String remote, long queued, long retransmits, int probes) {
        return String.format(
                " 1895: %s %s 01 %08X:00000000 01:00000015 %08X  1000 %8d 123 1 0000000089849d55 20 4 30 10 -1\n",
                local, remote, queued, retransmits, probes);
    }
}
