package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpSenderTest {
    private final StopSignal stop = new StopSignal();
    private CapturedLog log;
    private ServerSocket collector;
    private SyslogSender sender;

    @BeforeEach
    void open() throws IOException {
        log = new CapturedLog();
        collector = listen(0);
    }

    @AfterEach
    void close() throws IOException {
        stop.request();
        if (sender != null) {
            sender.close();
        }
        collector.close();
        log.close();
    }

    @Test
    void octetCountedFramesAreTheMessagesByteForByte() throws IOException {
        sender = sender(Collector.Way.TCP);
        send("a\nb\0\377\n");
        send("0123456789");
        sender.flush();
        try (Socket socket = accept()) {
            assertThat(read(socket, 21)).isEqualTo("6 a\nb\0\377\n10 0123456789");
        }
    }

    @Test
    void aLineIsOneMessageWhateverIsInIt() throws IOException {
        sender = sender(Collector.Way.TCP_LF);
        send("a\nb\0\377\n");
        send("\n\n");
        send("c");
        sender.flush();
        try (Socket socket = accept()) {
            assertThat(read(socket, 16)).isEqualTo("a#012b\0\377\n#012\nc\n");
        }
    }

    @Test
    void aCollectorThatIsNotThereTakesNothing() throws IOException {
        collector.close();
        sender = sender(Collector.Way.TCP);
        assertThatThrownBy(() -> send("x"))
                .isInstanceOf(CollectorAwayException.class)
                .hasMessage("the collector tcp://127.0.0.1:" + collector.getLocalPort()
                        + " refuses connections (no syslog daemon listens there)");
        assertThat(sender.offer()).isFalse();
        assertThat(sender.held()).isZero();
        collector = listen(collector.getLocalPort());
        assertThat(sender.offer()).isTrue();
        send("x");
        sender.flush();
        try (Socket socket = accept()) {
            assertThat(read(socket, 3)).isEqualTo("1 x");
        }
    }

    @Test
    void whatMayNotHaveArrivedIsSentAgainAndTold() throws IOException {
        sender = sender(Collector.Way.TCP);
        send("x");
        sender.flush();
        accept().close();
        await().untilAsserted(() -> assertThatThrownBy(() -> {
                    send("y");
                    sender.flush();
                })
                .isInstanceOf(CollectorAwayException.class));
        assertThat(sender.held()).isPositive();
        assertThat(sender.offer()).isTrue();
        try (Socket socket = accept()) {
            assertThat(read(socket, 6)).isEqualTo("1 x1 y");
        }
        assertThat(log.lines("messages written to it are sent again, and may be there twice"))
                .hasSize(1);
    }

    @Test
    void aCollectorThatDoesNotReadDoesNotHoldUpTheStop() throws Exception {
        sender = sender(Collector.Way.TCP);
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    send("x".repeat(60_000));
                    sent.incrementAndGet();
                }
            } catch (CollectorAwayException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Socket socket = accept()) {
            assertThat(socket.isConnected()).isTrue();
            await().until(() -> sent.get() > 0);
            stop.request();
            assertThatThrownBy(() -> sending.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(CollectorAwayException.class);
        }
    }

    private SyslogSender sender(Collector.Way way) {
        return new LastHop(new Collector(way, new HostPort("127.0.0.1", collector.getLocalPort())), 3000, stop)
                .sender(new RelayLog(new HostPort("relay.example.org", 514)));
    }

    private void send(String message) throws CollectorAwayException {
        byte[] octets = message.getBytes(ISO_8859_1);
        sender.send(octets, 0, octets.length);
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new java.net.InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = collector.accept();
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String read(Socket socket, int octets) throws IOException {
        return new String(socket.getInputStream().readNBytes(octets), ISO_8859_1);
    }
}
