package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import backhaul.agent.FakeRelay.Session;
import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.ServiceManager;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** What a service manager hears of an agent, by the real systemd-notify and a real socket. */
@EnabledOnOs(value = LINUX, disabledReason = "systemd is Linux's")
class ServiceReportTest {
    private static final int HEARTBEAT = 5000; // ms
    private static final String WATCHED_2_S = "2000000";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    @TempDir
    static Path directory;

    private static TestCa ca;
    private static Issued relayFiles;
    private static Issued agentFiles;

    private final List<AutoCloseable> open = new ArrayList<>();
    private CapturedLog log;
    private Path path;
    private UnixCollector socket;

    @BeforeAll
    static void certificates() {
        assumeThatCode(() -> new ProcessBuilder("systemd-notify", "--version")
                        .start()
                        .waitFor())
                .as("systemd-notify (package systemd) is needed")
                .doesNotThrowAnyException();
        ca = TestCa.create(directory);
        relayFiles = ca.relay("relay", "DNS:localhost").issue();
        agentFiles = ca.agent("home").issue();
    }

    @BeforeEach
    void begin() throws IOException {
        log = new CapturedLog();
        // Of its own: systemd-notify may still be on its way with the last word of the agent before.
        path = Files.createTempDirectory(directory, "").resolve("notify");
        socket = new UnixCollector(path);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        socket.close();
        log.close();
    }

    private ServiceManager manager() {
        return ServiceManager.of(
                Map.of("WATCHDOG_USEC", WATCHED_2_S, "NOTIFY_SOCKET", path.toString()),
                ProcessHandle.current().pid(),
                task -> new Thread(task).start(),
                sentence ->
                        System.getLogger(AgentCommand.class.getPackageName()).log(Level.WARNING, sentence));
    }

    private Agent agent(String... relays) throws ConfigException {
        AgentConfig config = config(relays);
        Agent agent = Agent.of(config, config.credentials(), State.inMemory());
        agent.reportTo(manager());
        open.add(() -> agent.stop(STOP_LIMIT));
        agent.start();
        return agent;
    }

    private static AgentConfig config(String... relays) throws ConfigException {
        return AgentConfig.from(
                Map.of(
                        Setting.RELAY, List.of(relays),
                        Setting.CERT, List.of(agentFiles.certificate().toString()),
                        Setting.KEY, List.of(agentFiles.key().toString()),
                        Setting.CA, List.of(agentFiles.authorities().toString()),
                        Setting.COLLECTOR, List.of("127.0.0.1:9")),
                Map.of());
    }

    private FakeRelay relay() throws IOException {
        FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials());
        open.add(relay);
        return relay;
    }

    /** The next message of systemd-notify, which asks each time to be told that it was received. */
    private String told() throws IOException {
        String message;
        do {
            message = socket.message();
        } while (message.equals("BARRIER=1"));
        return message;
    }

    private void awaitTold(String message) {
        await().until(() -> told().equals(message));
    }

    @Test
    void anAgentIsReadyOnceItIsConnected() throws Exception {
        FakeRelay relay = relay();
        Agent agent = agent("localhost:" + relay.port());
        Session session = relay.session();
        session.start(HEARTBEAT);
        assertThat(told()).isEqualTo("READY=1\nWATCHDOG=1\nSTATUS=Connected to localhost:" + relay.port());
        assertThat(told()).as("a sign of life").startsWith("READY=1\nWATCHDOG=1\nSTATUS=Connected");
        session.send("BYE shutdown the relay was stopped, 0 messages not sent\n");
        relay.close();
        await().until(() ->
                told().startsWith("READY=1\nWATCHDOG=1\nSTATUS=Not connected to localhost:" + relay.port() + ": "));
        agent.stop(STOP_LIMIT);
        awaitTold("STOPPING=1\nSTATUS=Stopping");
    }

    @Test
    void anAgentThatCannotConnectIsReadyAndSaysWhy() throws Exception {
        FakeRelay relay = relay();
        relay.close();
        agent("localhost:" + relay.port());
        assertThat(told())
                .isEqualTo(
                        "READY=1\nWATCHDOG=1\nSTATUS=Not connected to localhost:" + relay.port()
                                + ": the relay refused the connection: nothing listens there, check the port and whether it is running");
    }

    @Test
    void nothingIsToldBeforeEachRelayWasTried() throws Exception {
        FakeRelay one = relay();
        FakeRelay other = relay();
        agent("localhost:" + one.port(), "localhost:" + other.port());
        one.session().start(HEARTBEAT);
        Session late = other.session();
        await().until(() -> !log.lines("Connected to localhost:" + one.port()).isEmpty());
        late.start(HEARTBEAT);
        assertThat(told())
                .isEqualTo("READY=1\nWATCHDOG=1\nSTATUS=Connected to localhost:" + one.port()
                        + "; connected to localhost:" + other.port());
    }

    @Test
    void aLoopThatStandsStillIsSaidAndNoSignOfLifeIsGiven() throws Exception {
        FakeRelay relay = relay();
        AtomicLong skipped = new AtomicLong(); // ns
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        open.add(release::countDown);
        StopSignal stop = new StopSignal();
        AgentConfig config = config("localhost:" + relay.port());
        Reconnector reconnector = new Reconnector(
                config.relays().get(0),
                config,
                config.credentials(),
                State.inMemory(),
                any -> new StuckSender(stuck, release),
                new PendingNotices(),
                stop,
                new Backoff(() -> 0, System::nanoTime),
                new Progress(() -> System.nanoTime() + skipped.get()),
                InetAddress::getAllByName,
                RelaySocket::isPresent);
        Thread loop = new Thread(reconnector);
        open.add(() -> {
            stop.request();
            reconnector.interrupt();
        });
        loop.start();
        Session session = relay.session();
        session.start(HEARTBEAT);
        AtomicInteger told = new AtomicInteger();
        ServiceReport report = new ServiceReport(
                ServiceManager.of(
                        Map.of("WATCHDOG_USEC", "1", "NOTIFY_SOCKET", path.toString()),
                        0,
                        task -> {
                            told.incrementAndGet();
                            task.run();
                        },
                        sentence -> {}),
                List.of(reconnector));
        await().until(() -> {
            report.turn();
            return told.get() > 0;
        });
        session.send("2 m0");
        stuck.await();
        assertThat(reconnector.standsStill()).isFalse();
        skipped.addAndGet(
                Progress.MARGIN.plusMillis(3 * HEARTBEAT).plusSeconds(1).toNanos());
        int before = told.get();
        for (int i = 0; i < 10; i++) {
            report.turn();
        }
        assertThat(told).hasValue(before);
        assertThat(log.lines("The connection to localhost:" + relay.port() + " makes no progress: "))
                .hasSize(1);
        release.countDown();
        await().until(() -> {
            report.turn();
            return told.get() > before;
        });
    }

    /** Takes a message and does not come back. */
    private record StuckSender(CountDownLatch stuck, CountDownLatch release) implements SyslogSender {
        @Override
        public void send(byte[] octets, int offset, int length) {
            stuck.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public boolean offer() {
            return true;
        }

        @Override
        public int held() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
