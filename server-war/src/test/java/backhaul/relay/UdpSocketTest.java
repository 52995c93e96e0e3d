package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import backhaul.relay.host.UdpSocket;
import backhaul.relay.status.Events;
import backhaul.relay.status.Text;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A UDP socket that the service manager keeps is taken over by one relay after another, and closed by none. */
class UdpSocketTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final RelayLog log = new RelayLog();
    private Map<String, String> settings;
    private UdpSocket socket;

    @BeforeEach
    void bind() throws Exception {
        settings = TestRelay.settings();
        socket = new UdpSocket(
                UdpSocket.bind(new InetSocketAddress(LOOPBACK, 0), 1 << 18).channel(), true);
    }

    @AfterEach
    void close() throws Exception {
        socket.channel().close();
    }

    private RunningRelay start() throws Exception {
        return new RelayStarter(TestRelay.config(settings), Thread::new, Thread::new, log).start(socket);
    }

    private void send(int messages) throws Exception {
        try (DatagramSocket host = new DatagramSocket(0, LOOPBACK)) {
            for (int i = 0; i < messages; i++) {
                host.send(new DatagramPacket(new byte[] {'x'}, 1, socket.address()));
            }
        }
    }

    private List<String> logged() {
        return log.events().latest().stream().map(Events.Event::line).toList();
    }

    @Test
    void whatIsSentBetweenTwoRelaysOfOneJvmIsForTheSecond() throws Exception {
        for (int run = 1; run <= 3; run++) {
            send(run * 10);
            RunningRelay relay = start();
            int expected = run * 10;
            await().until(() -> relay.status().counts().received() == expected);
            relay.stop();
            assertThat(socket.channel().isOpen()).isTrue();
            assertThat(socket.channel().isRegistered())
                    .as("with a selector of the past")
                    .isFalse();
        }
    }

    @Test
    void aRelayThatCannotStartLeavesItAndItsMessagesToTheNextTry() throws Exception {
        send(3);
        try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
            settings.put("relay.tls.port", String.valueOf(other.getLocalPort()));
            assertThatThrownBy(this::start).hasMessageStartingWith("relay.tls.address and relay.tls.port");
        }
        assertThatThrownBy(() -> new RelayStarter(
                                TestRelay.config(settings),
                                loop -> {
                                    throw new OutOfMemoryError("unable to create native thread");
                                },
                                Thread::new,
                                log)
                        .start(socket))
                .isInstanceOf(RelayStarter.NotStartedException.class);
        RunningRelay relay = start();
        await().until(() -> relay.status().counts().received() == 3);
        relay.stop();
    }

    @Test
    void aReceiverThatGaveItBackReadsNoMore() throws Exception {
        Backlog backlog = Backlog.inMemory(1 << 20);
        UdpReceiver receiver = new UdpReceiver(socket, backlog, new Agents(1, 1, 1), log);
        receiver.abandon();
        send(1);
        receiver.run();
        assertThat(backlog.next()).isZero();
        RunningRelay relay = start();
        await().until(() -> relay.status().counts().received() == 1);
        relay.stop();
    }

    @Test
    void theLogSaysThatItsAddressCountsAndNotTheSettings() throws Exception {
        settings.put("relay.udp.port", "5514");
        String actual = Text.listening(socket.address());
        start().stop();
        assertThat(logged())
                .anyMatch(line -> line.startsWith("UDP socket taken over from the service manager: 127.0.0.1:"))
                .anyMatch(
                        line -> line.startsWith("relay.udp.address and relay.udp.port are 127.0.0.1:5514, but systemd's"
                                + " socket is " + actual + ", and the socket counts: "));
    }

    @Test
    void theLogSaysNothingOfTheKindWhereTheyAreTheSame() throws Exception {
        settings.put("relay.udp.port", String.valueOf(socket.address().getPort()));
        start().stop();
        assertThat(logged()).noneMatch(line -> line.contains("the socket counts"));
    }

    @Test
    void everyAddressIsNotTheSameAsOne() {
        InetSocketAddress one = new InetSocketAddress(LOOPBACK, 514);
        InetSocketAddress every = new InetSocketAddress(514);
        assertThat(UdpSocket.isThere(every, every)).isTrue();
        assertThat(UdpSocket.isThere(one, every)).isFalse();
        assertThat(UdpSocket.isThere(every, one)).isFalse();
        assertThat(UdpSocket.isThere(one, new InetSocketAddress(LOOPBACK, 0))).isTrue();
    }

    @Test
    void itsReceiveBufferGrowsButNeverShrinks() throws Exception {
        int present = socket.receiveBuffer();
        socket.enlarge(present / 2);
        assertThat(socket.receiveBuffer()).isEqualTo(present);
        socket.channel().setOption(java.net.StandardSocketOptions.SO_RCVBUF, 1 << 16);
        socket.enlarge(1 << 17);
        assertThat(socket.receiveBuffer()).isEqualTo(1 << 17);
    }

    @Test
    void oneThatTheRelayBoundIsGivenBack() throws Exception {
        UdpSocket own = UdpSocket.bind(new InetSocketAddress(LOOPBACK, 0), 1 << 16);
        own.close();
        assertThat(own.channel().isOpen()).isFalse();
    }
}
