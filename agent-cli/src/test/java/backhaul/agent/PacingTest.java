package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A collector on this machine with the receive buffer that every socket gets. */
@EnabledOnOs(value = LINUX, disabledReason = "the queues of sockets are read from /proc")
class PacingTest {
    private final StopSignal stop = new StopSignal();
    private final List<SyslogSender> senders = new ArrayList<>();
    private CapturedLog log;
    private DatagramChannel collector;

    @BeforeEach
    void open() {
        log = new CapturedLog();
    }

    @AfterEach
    void close() throws IOException {
        stop.request();
        senders.forEach(SyslogSender::close);
        if (collector != null) {
            collector.close();
        }
        log.close();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 256, 20000", "127.0.0.1, 10, 20000", "::1, 700, 20000", "127.0.0.1, 65000, 1000"})
    void aSlowReaderGetsAllOfABacklog(String address, int length, int count) throws Exception {
        bind(address);
        CompletableFuture<Integer> reading = readSlowly(count, 50);
        SyslogSender sender = sender(senders());
        for (int i = 0; i < count; i++) {
            send(sender, i, length);
        }
        assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo(count);
        assertThat(drops()).isZero();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aCollectorWithALargeReceiveBufferIsSentMoreAtOnce() throws Exception {
        ReceiveBufferTest.requireSs();
        bind("127.0.0.1");
        collector.setOption(
                StandardSocketOptions.SO_RCVBUF, 208 * 1024); // doubled by the kernel; no sysctl grants less
        SyslogSender sender = sender(senders());
        CompletableFuture<Integer> sending = sendUntilAway(sender);
        await().until(() -> queued() > 200_000);
        stop.request();
        assertThat(sending.get(1, TimeUnit.SECONDS)).isBetween(180, 332);
        assertThat(drops()).isZero();
    }

    @Test
    void twoRelaysThatCatchUpAtOnceShareOnePace() throws Exception {
        bind("127.0.0.1");
        CompletableFuture<Integer> reading = readSlowly(20_000, 50);
        SyslogSenders senders = senders();
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            SyslogSender sender = sender(senders);
            sending.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 10_000; i++) {
                    send(sender, i, 256);
                }
            }));
        }
        reading.get(60, TimeUnit.SECONDS);
        assertThat(sending).allSatisfy(one -> one.get(1, TimeUnit.SECONDS));
        assertThat(drops()).isZero();
    }

    @Test
    void aCollectorThatDoesNotReadHoldsTheSenderButNotTheStop() throws Exception {
        bind("127.0.0.1");
        SyslogSender sender = sender(senders());
        CompletableFuture<Integer> sending = sendUntilAway(sender);
        await().until(() -> queued() > 100_000);
        assertThat(sending).isNotDone();
        stop.request();
        assertThat(sending.get(1, TimeUnit.SECONDS)).isBetween(90, 166);
        assertThat(drops()).isZero();
    }

    @Test
    void aCollectorThatDoesNotReadCountsAsAway() throws Exception {
        bind("127.0.0.1");
        SyslogSender sender = sender(senders());
        CompletableFuture<Integer> sending = sendUntilAway(sender);
        int sent = sending.get(20, TimeUnit.SECONDS);
        assertThat(away)
                .hasMessage("the collector 127.0.0.1:" + port()
                        + " does not read: its receive buffer has been full for 10 s");
        assertThat(sender.offer()).isFalse();
        assertThat(readSlowly(sent, 1000).get(5, TimeUnit.SECONDS)).isEqualTo(sent);
        assertThat(sender.offer()).isTrue();
        send(sender, sent, 256);
        assertThat(drops()).isZero();
    }

    @Test
    void whatOthersMadeTheCollectorLoseIsToldOnce() throws Exception {
        bind("127.0.0.1");
        SyslogSender sender = sender(senders());
        send(sender, 0, 256);
        try (DatagramChannel other = DatagramChannel.open(StandardProtocolFamily.INET)) {
            other.connect(collector.getLocalAddress());
            while (drops() < 1000) {
                other.write(ByteBuffer.allocate(256));
            }
        }
        CompletableFuture<Integer> reading = readSlowly(Integer.MAX_VALUE, 1000);
        for (int i = 1; i < 250; i++) {
            send(sender, i, 256);
        }
        assertThat(reading).isNotDone();
        sender.flush();
        // Some of them may be this sender's own: it looks only after it has sent what fills half a queue.
        assertThat(sender.dropped()).isEqualTo(drops());
        assertThat(log.lines("The collector 127.0.0.1:" + port() + " has lost " + drops()
                        + " messages so far: its receive buffer was full; give it a larger one"))
                .hasSize(1);
    }

    @Test
    void aRateThatIsTooLowForTheLiveStreamIsRaised() throws Exception {
        bind("127.0.0.1");
        SyslogSender sender = sender(
                new SyslogSenders(new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", port())), 100, stop));
        send(sender, 0, 10);
        collector.setOption(
                StandardSocketOptions.SO_RCVBUF,
                1 << 20); // for two bursts at once, see below; not what the sender knows
        // Connected to the sender it looks like one that gets nothing from others: its queue is not seen, as if
        // elsewhere.
        collector.connect(collector.receive(ByteBuffer.allocate(10)));
        CompletableFuture<Integer> reading = readSlowly(1000, 1000);
        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            send(sender, i, 10);
        }
        assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        // About 160 before the first look, a burst of 128, five seconds of 100, the rest twice as fast.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(5));
        assertThat(log.lines("More messages have come than may go to the collector 127.0.0.1:" + port()
                        + " for 5 s: now up" + " to 200 a second (--catch-up-rate)"))
                .hasSize(1);
    }

    private CollectorAwayException away;

    private CompletableFuture<Integer> sendUntilAway(SyslogSender sender) {
        return CompletableFuture.supplyAsync(() -> {
            byte[] message = new byte[256];
            for (int i = 0; ; i++) {
                try {
                    sender.send(message, 0, message.length);
                } catch (CollectorAwayException e) {
                    away = e;
                    return i;
                }
            }
        });
    }

    private void bind(String address) throws IOException {
        InetAddress local = InetAddress.getByName(address);
        collector = DatagramChannel.open(
                address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        collector.bind(new InetSocketAddress(local, 0));
    }

    private int port() throws IOException {
        return ((InetSocketAddress) collector.getLocalAddress()).getPort();
    }

    private SyslogSenders senders() throws IOException {
        String host =
                ((InetSocketAddress) collector.getLocalAddress()).getAddress().getHostAddress();
        return new SyslogSenders(new Collector(Collector.Way.UDP, new HostPort(host, port())), 3000, stop);
    }

    private SyslogSender sender(SyslogSenders maker) {
        SyslogSender sender = maker.sender(new RelayLog(new HostPort("relay.example.org", 514)));
        senders.add(sender);
        return sender;
    }

    private static void send(SyslogSender sender, int number, int length) {
        byte[] message = ByteBuffer.allocate(length).putInt(number).array();
        try {
            sender.send(message, 0, length);
        } catch (CollectorAwayException e) {
            throw new AssertionError(e);
        }
    }

    /** Reads so many, with a rest after every few. */
    private CompletableFuture<Integer> readSlowly(int count, int few) {
        return CompletableFuture.supplyAsync(() -> {
            ByteBuffer message = ByteBuffer.allocateDirect(65_535);
            int received = 0;
            try {
                while (received < count) {
                    collector.receive(message.clear());
                    if (++received % few == 0) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            } catch (AsynchronousCloseException e) {
                // the test is over
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return received;
        });
    }

    private long drops() throws IOException {
        return look().drops();
    }

    private long queued() throws IOException {
        return look().queued();
    }

    private SocketTable look() throws IOException {
        try (SocketTable table =
                SocketTable.open(SocketTable.PROC_NET, (InetSocketAddress) collector.getLocalAddress())) {
            assertThat(table.look()).isTrue();
            return table;
        }
    }
}
