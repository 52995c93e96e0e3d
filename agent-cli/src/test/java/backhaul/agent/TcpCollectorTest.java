package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.pki.Revocations;
import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent with a collector by TCP, over real sockets. */
class TcpCollectorTest {
    /** So long that the copies kept are limited by octets, as with messages of syslog, and not by their number. */
    private static final String LONG = "m".repeat(60);

    @TempDir
    static Path directory;

    private final State state = State.inMemory();
    private CapturedLog log;
    private RingRelay relay;
    private ServerSocket collector;
    private AgentConfig config;
    private Agent agent;

    @BeforeEach
    void begin() throws Exception {
        log = new CapturedLog();
        TestCa ca = TestCa.create(directory);
        Issued files = ca.agent("home").issue();
        relay = new RingRelay(ca.relay("relay", "DNS:localhost").issue().credentials(), 100_000);
        collector = FreePort.open(TcpCollectorTest::listen);
        config = new AgentConfig(
                List.of(new HostPort("localhost", relay.port())),
                files.certificate(),
                files.key(),
                null,
                files.authorities(),
                null,
                Revocations.Outdated.ACCEPT,
                null,
                null,
                new Collector(Collector.Way.TCP_LF, new HostPort("127.0.0.1", collector.getLocalPort())),
                3000,
                Duration.ofSeconds(10),
                Duration.ZERO);
        agent = Agent.of(config, config.credentials(), state);
        agent.start();
        await().until(() -> !log.lines("Connected").isEmpty());
    }

    @AfterEach
    void end() throws IOException {
        relay.close();
        agent.stop(Duration.ofSeconds(2));
        collector.close();
        log.close();
    }

    @Test
    void aLoneMessageDoesNotWaitForOthers() throws Exception {
        relay.append("m0");
        try (Socket socket = collector.accept()) {
            BufferedReader reader = reader(socket);
            assertThat(reader.readLine()).isEqualTo("m0");
            relay.append("m1");
            assertThat(reader.readLine()).isEqualTo("m1");
        }
    }

    @Test
    void nothingIsMissingWhenTheCollectorIsRestartedUnderLoad() throws Exception {
        int count = 60_000;
        CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i += 100) {
                relay.append(LONG, i, i + 100);
            }
        });
        List<String> received = new ArrayList<>();
        for (int run = 1; run <= 3; run++) {
            try (Socket socket = collector.accept()) {
                BufferedReader reader = reader(socket);
                for (int i = 0; i < 10_000; i++) {
                    received.add(reader.readLine());
                }
                int port = collector.getLocalPort();
                collector.close();
                // Stops, and is back a little later.
                socket.close();
                int times = run;
                await().until(() -> log.lines("trying the collector again").size() == times);
                collector = FreePort.reopen(TcpCollectorTest::listen, port);
            }
        }
        try (Socket socket = collector.accept()) {
            BufferedReader reader = reader(socket);
            while (!(LONG + (count - 1)).equals(received.get(received.size() - 1))) {
                received.add(reader.readLine());
            }
        }
        appending.get(10, TimeUnit.SECONDS);
        received.removeIf(line -> line.contains(" OUTAGE - "));
        assertThat(received.size()).isLessThan(count + 3 * ResendBuffer.MOST + 1);
        assertThat(new ArrayList<>(new LinkedHashSet<>(received)))
                .isEqualTo(IntStream.range(0, count).mapToObj(i -> LONG + i).toList());
        assertThat(log.lines("messages written to it are sent again, and may be there twice"))
                .isNotEmpty();
    }

    @Test
    void whatACollectorThatIsAwayHasNotTakenIsNotSavedAsDelivered() throws Exception {
        relay.append("m", 0, 3);
        try (Socket socket = collector.accept()) {
            BufferedReader reader = reader(socket);
            for (int i = 0; i < 3; i++) {
                assertThat(reader.readLine()).isEqualTo("m" + i);
            }
            await().until(() -> state.position(config.relays().get(0)).safe().next() == 3);
            collector.close();
        }
        relay.append("m", 3, 10);
        await().until(() -> !log.lines("trying the collector again").isEmpty());
        agent.stop(Duration.ofSeconds(2));
        assertThat(state.position(config.relays().get(0)).safe().next()).isLessThanOrEqualTo(3);
        assertThat(log.lines(" not taken by the collector: left to the next run, if there is a state file"))
                .hasSize(1);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.setReceiveBufferSize(32 * 1024); // it must not hold more, not yet read, than there are copies of
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        socket.setSoTimeout(20_000);
        return socket;
    }
}
