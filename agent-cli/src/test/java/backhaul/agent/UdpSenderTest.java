package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import backhaul.transport.FreePort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpSenderTest {
    private final StopSignal stop = new StopSignal();
    private final AtomicInteger lookups = new AtomicInteger();
    private SyslogSender sender;

    @AfterEach
    void close() {
        stop.request();
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
    void aDatagramThatIsTooLongIsKnownWhateverTheSystemCallsIt() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), FreePort.next()));
            IOException tooLong = catchThrowableOfType(
                    IOException.class, () -> channel.write(ByteBuffer.allocate(65_508))); // by IPv4
            assertThat(TooLong.is(tooLong)).isTrue();
        }
        assertThat(TooLong.is(new IOException("Network is unreachable"))).isFalse();
        assertThat(TooLong.is(new IOException())).isFalse();
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
        try (DatagramSocket collector = FreePort.reopen(at -> collector("127.0.0.1", at), port)) {
            await().until(sender::offer); // once a second, all senders together
            assertThat(sender.held()).isZero();
            send("m2");
            seen.addAll(texts(collector, 2));
        }
        assertThat(seen).containsExactly("m0", "m1", "m2");
    }

    @Test
    void aRefusalOfTheLastMessageIsFoundWithoutAnother() throws Exception {
        int port = FreePort.next();
        sender = sender("127.0.0.1", port);
        assertThat(sender.held()).isZero();
        send("m0");
        assertThat(sender.held()).isOne();
        try (DatagramSocket collector = FreePort.reopen(at -> collector("127.0.0.1", at), port)) {
            await().until(sender::offer); // once a second, all senders together
            send("m1");
            assertThat(texts(collector, 2)).containsExactly("m0", "m1");
            assertThat(sender.held()).isZero();
        }
    }

    @Test
    void nothingIsTakenWhileAMessageIsHeld() throws Exception {
        sender = sender("127.0.0.1", FreePort.next());
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
        SyslogSenders shared =
                new SyslogSenders(new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", port)), 3000, stop);
        RelayLog log = new RelayLog(new HostPort("relay.example.org", 514));
        sender = shared.sender(log);
        try (SyslogSender other = shared.sender(log)) {
            send("m0");
            assertThat(sender.held()).isOne();
            byte[] message = "other".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> other.send(message, 0, message.length)).isInstanceOf(CollectorAwayException.class);
            assertThat(other.offer()).isFalse();
            try (DatagramSocket collector = FreePort.reopen(at -> collector("127.0.0.1", at), port)) {
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
            sender = new SyslogSenders(
                            new Collector(Collector.Way.UDP, new HostPort("nas", collector.getLocalPort())),
                            3000,
                            stop,
                            name -> addresses,
                            NameWatch.INTERVAL)
                    .sender(new RelayLog(new HostPort("relay.example.org", 514)));
            send("m0");
            assertThat(sender.held()).isOne();
            await().until(sender::offer);
            send("m1");
            assertThat(texts(collector, 2)).containsExactly("m0", "m1");
        }
    }

    @Test
    void aCollectorWhoseNameHasAnotherAddressIsFollowedThoughTheOldOneStillTakesMessages() throws Exception {
        AtomicReference<InetAddress> at = new AtomicReference<>(InetAddress.getByName("127.0.0.2"));
        try (CapturedLog log = new CapturedLog();
                DatagramSocket before = collector("127.0.0.2", 0);
                DatagramSocket after = collector("127.0.0.3", before.getLocalPort())) {
            sender = following(at, before.getLocalPort());
            send("m0");
            assertThat(texts(before, 1)).containsExactly("m0");
            at.set(InetAddress.getByName("127.0.0.3"));
            after.setSoTimeout(50);
            await().until(() -> {
                send("m1");
                try {
                    return texts(after, 1).equals(List.of("m1"));
                } catch (SocketTimeoutException e) {
                    return false;
                }
            });
            assertThat(log.lines(" has another address, 127.0.0.3 and not 127.0.0.2: of the "))
                    .hasSize(1);
        }
    }

    @Test
    void aNameThatCannotBeLookedUpForAWhileLeavesTheCollectorWhereItIs() throws Exception {
        AtomicReference<InetAddress> at = new AtomicReference<>(InetAddress.getByName("127.0.0.2"));
        try (DatagramSocket collector = collector("127.0.0.2", 0)) {
            sender = following(at, collector.getLocalPort());
            send("m0");
            at.set(null);
            int before = lookups.get();
            await().until(() -> lookups.get() > before + 2);
            send("m1");
            assertThat(texts(collector, 2)).containsExactly("m0", "m1");
        }
    }

    /** Of a name that is looked up again every 20 ms; without an address the look-up fails. */
    private SyslogSender following(AtomicReference<InetAddress> at, int port) {
        Lookup.Resolver resolver = name -> {
            lookups.incrementAndGet();
            if (at.get() == null) {
                throw new UnknownHostException(name);
            }
            return new InetAddress[] {at.get()};
        };
        Collector nas = new Collector(Collector.Way.UDP, new HostPort("nas", port));
        return new SyslogSenders(nas, 3000, stop, resolver, Duration.ofMillis(20))
                .sender(new RelayLog(new HostPort("relay.example.org", 514)));
    }

    @Test
    void aNameWithoutAddressIsACollectorThatIsAway() {
        sender = sender("collector.invalid", 514);
        assertThatThrownBy(() -> send("m0"))
                .isInstanceOf(CollectorAwayException.class)
                .hasMessageStartingWith("the name of the collector collector.invalid:514 ");
        assertThat(sender.held()).isZero();
        assertThat(sender.offer()).isFalse();
    }

    private SyslogSender sender(String address, int port) {
        return new SyslogSenders(new Collector(Collector.Way.UDP, new HostPort(address, port)), 3000, stop)
                .sender(new RelayLog(new HostPort("relay.example.org", 514)));
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
