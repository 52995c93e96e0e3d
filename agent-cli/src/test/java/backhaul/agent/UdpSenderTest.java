package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpSenderTest {
    private final StopSignal stop = new StopSignal();
    private SyslogSender sender;

    @AfterEach
    void close() {
        if (sender != null) {
            sender.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void everyOctetArrivesUnchanged(String address) throws IOException {
        try (DatagramSocket collector = collector(address, 0)) {
            sender = sender(address, collector.getLocalPort());
            byte[] all = new byte[300];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            sender.send(all, 20, 256);
            assertThat(receive(collector)).isEqualTo(java.util.Arrays.copyOfRange(all, 20, 276));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void theLongestDatagramArrives(String address) throws IOException {
        try (DatagramSocket collector = collector(address, 0)) {
            sender = sender(address, collector.getLocalPort());
            byte[] longest = new byte[65_507];
            new java.util.Random(1).nextBytes(longest);
            sender.send(longest, 0, longest.length);
            sender.send(new byte[] {'x'}, 0, 1);
            assertThat(receive(collector)).isEqualTo(longest);
            assertThat(receive(collector)).isEqualTo(new byte[] {'x'});
        }
    }

    @Test
    void aDatagramThatIsTooLongIsKnownByTheWordsOfEitherLibrary() {
        assertThat(UdpSender.isTooLong(new IOException("Message too long"))).isTrue(); // glibc
        assertThat(UdpSender.isTooLong(new IOException("Message too large"))).isTrue(); // musl
        assertThat(UdpSender.isTooLong(new IOException("Network is unreachable")))
                .isFalse();
        assertThat(UdpSender.isTooLong(new IOException())).isFalse();
    }

    @Test
    void theMessageThatWasRefusedIsHeldAndTheNextIsNot() throws Exception {
        int port;
        List<String> seen = new ArrayList<>();
        try (DatagramSocket collector = collector("127.0.0.1", 0)) {
            port = collector.getLocalPort();
            sender = sender("127.0.0.1", port);
            send("m0");
            seen.addAll(texts(collector, 1));
        }
        send("m1");
        assertThatThrownBy(() -> send("m2"))
                .isInstanceOf(CollectorAwayException.class)
                .hasMessage("the collector 127.0.0.1:" + port + " refuses messages (no syslog daemon listens there)");
        assertThat(sender.held()).isOne();
        assertThat(sender.offer()).isFalse();
        assertThat(sender.held()).isOne();
        try (DatagramSocket collector = collector("127.0.0.1", port)) {
            await().until(sender::offer); // once a second, all senders together
            assertThat(sender.held()).isZero();
            send("m2");
            seen.addAll(texts(collector, 2));
        }
        assertThat(seen).containsExactly("m0", "m1", "m2");
    }

    @Test
    void aRefusalOfTheLastMessageIsFoundWithoutAnother() throws Exception {
        int port = freePort();
        sender = sender("127.0.0.1", port);
        assertThat(sender.held()).isZero();
        send("m0");
        assertThat(sender.held()).isOne();
        try (DatagramSocket collector = collector("127.0.0.1", port)) {
            await().until(sender::offer); // once a second, all senders together
            send("m1");
            assertThat(texts(collector, 2)).containsExactly("m0", "m1");
            assertThat(sender.held()).isZero();
        }
    }

    @Test
    void nothingIsTakenWhileAMessageIsHeld() throws Exception {
        sender = sender("127.0.0.1", freePort());
        send("m0");
        assertThat(sender.held()).isOne();
        assertThatThrownBy(() -> send("m1")).isInstanceOf(CollectorAwayException.class);
        assertThat(sender.held()).isOne();
    }

    @Test
    void whatOneSenderIsRefusedTheOthersDoNotSend() throws Exception {
        int port;
        try (DatagramSocket collector = collector("127.0.0.1", 0)) {
            port = collector.getLocalPort();
        }
        LastHop shared = new LastHop(new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", port)), 3000, stop);
        RelayLog log = new RelayLog(new HostPort("relay.example.org", 514));
        sender = shared.sender(log);
        try (SyslogSender other = shared.sender(log)) {
            send("m0");
            assertThat(sender.held()).isOne();
            byte[] message = "other".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> other.send(message, 0, message.length)).isInstanceOf(CollectorAwayException.class);
            assertThat(other.offer()).isFalse();
            try (DatagramSocket collector = collector("127.0.0.1", port)) {
                await().until(sender::offer);
                assertThat(other.offer()).isTrue();
                other.send(message, 0, message.length);
                assertThat(texts(collector, 2)).containsExactly("m0", "other");
            }
        }
    }

    @Test
    void anotherAddressOfTheNameIsTriedNext() throws Exception {
        InetAddress[] addresses = {InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1")};
        try (DatagramSocket collector = collector("127.0.0.1", 0)) {
            sender = new LastHop(
                            new Collector(Collector.Way.UDP, new HostPort("nas", collector.getLocalPort())),
                            3000,
                            stop,
                            name -> addresses)
                    .sender(new RelayLog(new HostPort("relay.example.org", 514)));
            send("m0");
            assertThat(sender.held()).isOne();
            await().until(sender::offer);
            send("m1");
            assertThat(texts(collector, 2)).containsExactly("m0", "m1");
        }
    }

    @Test
    void aNameWithoutAddressIsACollectorThatIsAway() {
        sender = sender("collector.invalid", 514);
        assertThatThrownBy(() -> send("m0"))
                .isInstanceOf(CollectorAwayException.class)
                .hasMessageContaining("has no address");
        assertThat(sender.held()).isZero();
        assertThat(sender.offer()).isFalse();
    }

    private SyslogSender sender(String address, int port) {
        return new LastHop(new Collector(Collector.Way.UDP, new HostPort(address, port)), 3000, stop)
                .sender(new RelayLog(new HostPort("relay.example.org", 514)));
    }

    private static int freePort() throws IOException {
        try (DatagramSocket free = collector("127.0.0.1", 0)) {
            return free.getLocalPort();
        }
    }

    private void send(String message) throws CollectorAwayException {
        sender.send(message.getBytes(UTF_8), 0, message.length());
    }

    private static DatagramSocket collector(String address, int port) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static byte[] receive(DatagramSocket collector) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        collector.receive(packet);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static List<String> texts(DatagramSocket collector, int count) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(new String(receive(collector), UTF_8));
        }
        return texts;
    }
}
