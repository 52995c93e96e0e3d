package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import backhaul.transport.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpSenderTest {
    private static final Duration STALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final RelayLog RELAY_LOG = new RelayLog(new HostPort("relay.example.org", 514));
    private static final String MESSAGE = "x".repeat(60_000);

    private final StopSignal stop = new StopSignal();
    private CapturedLog log;
    private ServerSocket collector;
    private SyslogSender sender;

    @BeforeEach
    void open() throws IOException {
        log = new CapturedLog();
        collector = FreePort.open(TcpSenderTest::listen);
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
        write("0123456789");
        try (Socket socket = accept()) {
            assertThat(read(socket, 21)).isEqualTo("6 a\nb\0\377\n10 0123456789");
        }
    }

    @Test
    void aLineIsOneMessageWhateverIsInIt() throws IOException {
        sender = sender(Collector.Way.TCP_LF);
        send("a\nb\0\377\n");
        send("\n\n");
        write("c");
        try (Socket socket = accept()) {
            assertThat(read(socket, 19)).isEqualTo("a#012b#000\377\n#012\nc\n");
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
        collector = FreePort.reopen(TcpSenderTest::listen, collector.getLocalPort());
        assertThat(sender.offer()).isTrue();
        write("x");
        try (Socket socket = accept()) {
            assertThat(read(socket, 3)).isEqualTo("1 x");
        }
    }

    @Test
    void whatMayNotHaveArrivedIsSentAgainAndTold() throws IOException {
        sender = sender(Collector.Way.TCP);
        write("x");
        accept().close();
        await().untilAsserted(() -> assertThatThrownBy(() -> write("y")).isInstanceOf(CollectorAwayException.class));
        assertThat(sender.held()).isPositive();
        assertThat(sender.offer()).isTrue();
        try (Socket socket = accept()) {
            assertThat(read(socket, 6)).isEqualTo("1 x1 y");
        }
        assertThat(log.lines("messages written to it are sent again, and may be there twice"))
                .hasSize(1);
        assertThat(log.lines("some may be lost")).isEmpty();
    }

    @Test
    void aCollectorThatWasRestartedInAQuietTimeGetsNothingTwice() throws Exception {
        sender = sender(Collector.Way.TCP, STALL_LIMIT, Duration.ZERO);
        write("x");
        try (Socket socket = accept()) {
            assertThat(read(socket, 3)).isEqualTo("1 x");
            long begin = System.nanoTime();
            await().until(() ->
                    System.nanoTime() - begin > Duration.ofMillis(1100).toNanos());
            sender.flush(); // looks whether the connection is still there, which settles what was written before
            socket.shutdownOutput();
            await().until(() -> {
                write("y");
                collector.setSoTimeout(100);
                try (Socket again = accept()) {
                    // What was sent before the end had come went to the first connection.
                    return read(again, 3).equals("1 y");
                } catch (SocketTimeoutException e) {
                    return false;
                }
            });
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void whatWasWrittenJustBeforeTheEndIsSentAgain() throws Exception {
        sender = sender(Collector.Way.TCP, STALL_LIMIT, Duration.ofHours(1));
        write("x");
        Socket socket = accept();
        assertThat(read(socket, 3)).isEqualTo("1 x");
        socket.close();
        // A connection that lived shorter than that is not made again at once.
        await().untilAsserted(
                        () -> assertThatThrownBy(() -> write("y")).hasMessageEndingWith(" closed the connection"));
        assertThat(sender.offer()).isTrue();
        try (Socket again = accept()) {
            assertThat(read(again, 6)).isEqualTo("1 x1 y");
        }
    }

    @Test
    void aCollectorThatDoesNotReadCountsAsAway() throws Exception {
        sender = sender(Collector.Way.TCP, Duration.ofMillis(300), Duration.ofSeconds(10));
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = sendForEver(sent);
        try (Socket socket = accept()) {
            assertThatThrownBy(() -> sending.get(20, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(CollectorAwayException.class)
                    .hasRootCauseMessage("the collector tcp://127.0.0.1:" + collector.getLocalPort()
                            + " does not read: nothing could be written for 0.3 s");
            assertThat(sender.held()).isPositive();
            assertThat(sender.offer()).isFalse();
            CompletableFuture<String> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return read(socket, sent.get() * MESSAGE.length() + sent.get() * 6);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().until(sender::offer);
            assertThat(reading.get(10, TimeUnit.SECONDS))
                    .isEqualTo((MESSAGE.length() + " " + MESSAGE).repeat(sent.get()));
            assertThat(sender.held()).isZero();
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aBreakUnderLoadSaysThatMessagesMayBeLost() throws Exception {
        sender = sender(Collector.Way.TCP, Duration.ofMillis(300), Duration.ofSeconds(100));
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = sendForEver(sent);
        Socket socket = accept();
        read(socket, 20 * MESSAGE.length()); // more than there are copies of
        assertThatThrownBy(() -> sending.get(20, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(CollectorAwayException.class);
        socket.close(); // with something in it that nobody has read
        assertThatThrownBy(sender::flush).isInstanceOf(CollectorAwayException.class);
        assertThat(log.lines("messages written to it are sent again, and may be there twice; of those before, some may"
                        + " be lost"))
                .hasSize(1);
    }

    @Test
    void whatWasNotWrittenIsStillHeldWhenItIsClosed() throws Exception {
        sender = sender(Collector.Way.TCP);
        send("x");
        accept().close();
        collector.close();
        await().untilAsserted(() -> assertThatThrownBy(sender::flush).isInstanceOf(CollectorAwayException.class));
        sender.close();
        assertThat(sender.held()).isOne();
    }

    @Test
    void whatIsWrittenIsUnderWayUntilTheCollectorsKernelHasIt() throws Exception {
        int count = fillTheCollector();
        try (Socket socket = accept()) {
            assertThat(sender.held()).isZero();
            assertThat(sender.underway()).isBetween(1, count);
            read(socket, count * ("8000 ".length() + 8000));
            await().until(() -> {
                sender.flush();
                return sender.underway() == 0;
            });
        }
    }

    @Test
    void whatIsWrittenAndNotAcknowledgedIsStillUnderWayWhenItIsClosed() throws Exception {
        fillTheCollector();
        sender.close();
        assertThat(sender.held()).isZero();
        assertThat(sender.underway()).isPositive();
    }

    /** Writes more than its kernel takes, as it has not even accepted the connection, and less than ours does. */
    private int fillTheCollector() throws Exception {
        collector.close();
        collector = new ServerSocket();
        collector.setReceiveBufferSize(4096);
        collector.bind(new java.net.InetSocketAddress(InetAddress.getByName("127.0.0.1"), FreePort.next()));
        collector.setSoTimeout(10_000);
        sender = sender(Collector.Way.TCP);
        for (int i = 0; i < 8; i++) {
            send("x".repeat(8000));
        }
        sender.flush();
        return 8;
    }

    @Test
    void whatIsCollectedIsWrittenWhenItIsClosed() throws Exception {
        sender = sender(Collector.Way.TCP);
        send("x");
        send("y");
        sender.close();
        assertThat(sender.held()).isZero();
        try (Socket socket = accept()) {
            assertThat(read(socket, 6)).isEqualTo("1 x1 y");
        }
    }

    @Test
    void anotherAddressOfTheNameIsTriedNext() throws Exception {
        InetAddress[] addresses = {InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1")};
        sender = new SyslogSenders(
                        new Collector(Collector.Way.TCP, new HostPort("nas", collector.getLocalPort())),
                        3000,
                        stop,
                        name -> addresses,
                        NameWatch.INTERVAL)
                .sender(RELAY_LOG);
        assertThatThrownBy(() -> send("x")).hasMessageContaining(" refuses connections ");
        assertThat(sender.offer()).isTrue();
        write("x");
        try (Socket socket = accept()) {
            assertThat(read(socket, 3)).isEqualTo("1 x");
        }
    }

    @Test
    void aCollectorWhoseNameHasAnotherAddressIsFollowedThoughTheOldOneStillTakesMessages() throws Exception {
        AtomicReference<InetAddress> at = new AtomicReference<>(InetAddress.getByName("127.0.0.1"));
        sender = new SyslogSenders(
                        new Collector(Collector.Way.TCP, new HostPort("nas", collector.getLocalPort())),
                        3000,
                        stop,
                        name -> new InetAddress[] {at.get()},
                        Duration.ofMillis(20))
                .sender(RELAY_LOG);
        write("x");
        try (Socket before = accept();
                ServerSocket moved = new ServerSocket()) {
            assertThat(read(before, 3)).isEqualTo("1 x");
            moved.bind(new java.net.InetSocketAddress("127.0.0.2", collector.getLocalPort()));
            moved.setSoTimeout(50);
            at.set(InetAddress.getByName("127.0.0.2"));
            await().until(() -> {
                write("y");
                try (Socket after = moved.accept()) {
                    return read(after, 3).equals("1 y");
                } catch (SocketTimeoutException e) {
                    return false;
                }
            });
        }
        assertThat(log.lines(" has another address, 127.0.0.2 and not 127.0.0.1: connecting there"))
                .hasSize(1);
    }

    @Test
    void aCollectorThatDoesNotReadDoesNotHoldUpTheStop() throws Exception {
        sender = sender(Collector.Way.TCP);
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = sendForEver(sent);
        try (Socket socket = accept()) {
            assertThat(socket.isConnected()).isTrue();
            await().until(() -> sent.get() > 0);
            stop.request();
            assertThatThrownBy(() -> sending.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(CollectorAwayException.class);
        }
    }

    private CompletableFuture<Void> sendForEver(AtomicInteger sent) {
        return CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    send(MESSAGE);
                    sent.incrementAndGet();
                }
            } catch (CollectorAwayException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private SyslogSender sender(Collector.Way way, Duration stallLimit, Duration settled) {
        Collector there =
                new Collector(way, new HostPort("127.0.0.1", collector.getLocalPort())).withMaxMessage(65_507);
        return new TcpSender(
                there,
                new SyslogSenders(there, 3000, stop),
                stop,
                RELAY_LOG,
                new TcpSender.Limits(stallLimit, SILENCE, settled));
    }

    private SyslogSender sender(Collector.Way way) {
        return new SyslogSenders(new Collector(way, new HostPort("127.0.0.1", collector.getLocalPort())), 3000, stop)
                .sender(RELAY_LOG);
    }

    private void send(String message) throws CollectorAwayException {
        byte[] octets = message.getBytes(ISO_8859_1);
        sender.send(octets, 0, octets.length);
    }

    private void write(String message) throws CollectorAwayException {
        send(message);
        sender.flush();
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
