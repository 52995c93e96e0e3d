package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import backhaul.pki.TestCa;
import backhaul.transport.Promtool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's counters: as text, in the file, and in words. */
class MetricsTest {
    private static final Instant STARTED = Instant.parse("2026-11-23T10:00:00.250Z");

    @TempDir
    static Path directory;

    private static Credentials own;

    private final StopSignal stop = new StopSignal();
    private final RelayCounters home = counters("relay.example.net:514", new Position.Mark("s", 42));
    private final RelayCounters other = counters("[2001:db8::1]:601", null);
    private final Path file = directory.resolve("agent.prom");

    @BeforeAll
    static void certificates() {
        own = TestCa.create(directory).agent("home").issue().credentials();
    }

    @BeforeEach
    void count() throws IOException {
        Files.deleteIfExists(file);
        home.connected(STARTED.plusSeconds(10), 100);
        home.received.add(30);
        home.receivedOctets.add(3000);
        home.delivered.add(29);
        home.overrun.add(7);
        home.unsendable.set(2);
        other.failures.add(3);
        other.collectorAway(true);
    }

    @AfterEach
    void end() {
        stop.request();
    }

    @Test
    void eachCounterIsASeriesOfItsRelay() {
        assertThat(text())
                .contains(
                        "# TYPE backhaul_agent_received_messages_total counter\n"
                                + "backhaul_agent_received_messages_total{relay=\"relay.example.net:514\"} 30\n",
                        "backhaul_agent_received_bytes_total{relay=\"relay.example.net:514\"} 3000\n",
                        "backhaul_agent_lost_messages_total{relay=\"relay.example.net:514\",reason=\"overrun\"} 7\n",
                        "backhaul_agent_dropped_messages_total{relay=\"relay.example.net:514\",reason=\"way\"} 2\n",
                        "backhaul_agent_connected{relay=\"relay.example.net:514\"} 1\n",
                        "backhaul_agent_connected{relay=\"[2001:db8::1]:601\"} 0\n",
                        "backhaul_agent_connected_since_timestamp_seconds{relay=\"relay.example.net:514\"} 1795428010.25\n",
                        "backhaul_agent_catch_up_messages{relay=\"relay.example.net:514\"} 63\n",
                        "backhaul_agent_position{relay=\"relay.example.net:514\"} 42\n",
                        "backhaul_agent_collector_away{relay=\"[2001:db8::1]:601\"} 1\n",
                        "backhaul_agent_failed_attempts_total{relay=\"[2001:db8::1]:601\"} 3\n",
                        "backhaul_agent_info{version=\"1 \\\"x\\\\\"} 1\n",
                        "backhaul_agent_certificate_expiry_timestamp_seconds{subject=\"CN=home",
                        " " + own.certificate().getNotAfter().toInstant().getEpochSecond() + "\n")
                .doesNotContain("_since_timestamp_seconds{relay=\"[2001")
                .doesNotContain("position{relay=\"[2001");
    }

    @Test
    void noSeriesIsThereTwice() {
        // The same certificates in the chain and among the authorities, and each once more.
        Credentials twice = new Credentials(own.key(), concat(own.chain(), own.authorities()), own.authorities());
        assertThat(MetricsText.of("1", STARTED, List.of(home, other), twice)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.substring(0, line.lastIndexOf(' '))))
                .hasSizeGreaterThan(30)
                .doesNotHaveDuplicates();
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        Promtool.check(text());
    }

    @Test
    void everybodyMayReadTheFileAndAChangeIsInItSoon() throws Exception {
        start(file);
        await().until(() -> Files.exists(file));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        home.disconnected();
        await().atMost(MetricsFile.INTERVAL.dividedBy(2))
                .until(() -> Files.readString(file)
                        .contains("backhaul_agent_connected{relay=\"relay.example.net:514\"} 0\n"));
        assertThat(directory.resolve("agent.prom.new")).doesNotExist();
    }

    @Test
    void aFileThatCannotBeWrittenIsToldOnceUntilItCan() throws Exception {
        Path missing = directory.resolve("missing");
        try (CapturedLog log = new CapturedLog()) {
            MetricsFile metrics = metricsFile(missing.resolve("agent.prom"));
            metrics.write();
            metrics.write();
            assertThat(log.lines("WARNING The metrics file ")).hasSize(1);
            Files.createDirectory(missing);
            metrics.write();
            assertThat(log.lines()).hasSize(2).last().asString().endsWith("agent.prom can be written again");
        }
    }

    @Test
    void statusSaysItInWords() throws Exception {
        metricsFile(file).write();
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        assertThat(status(file, shown)).isEqualTo(AgentStatus.NOT_CONNECTED);
        assertThat(shown.toString(UTF_8).lines())
                .contains(
                        "Relay relay.example.net:514",
                        "  63 messages to catch up",
                        "  received 30 messages, 3000 octets; handed to the collector 29, 0 repeated",
                        "  lost 7 at the relay, 2 at home",
                        "  connections: 1 accepted, 0 broke, 0 attempts failed",
                        "Relay [2001:db8::1]:601",
                        "  not connected",
                        "  the collector takes no messages")
                .anyMatch(line -> line.matches("Certificate of CN=home.*: until \\d{4}-\\d\\d-\\d\\d, \\d+ days left"));
        other.connected(Instant.now(), 0);
        metricsFile(file).write();
        assertThat(status(file, shown)).isEqualTo(AgentStatus.CONNECTED);
    }

    @Test
    void statusOfAnAgentThatIsGoneSaysSo() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        assertThat(status(directory.resolve("none"), shown)).isEqualTo(AgentStatus.NOT_CONNECTED);
        assertThat(shown.toString(UTF_8)).startsWith("There is no file " + directory.resolve("none"));
        other.connected(Instant.now(), 0);
        metricsFile(file).write();
        Files.setLastModifiedTime(
                file, FileTime.from(Instant.now().minus(Duration.ofMinutes(10).plusMillis(200))));
        assertThat(status(file, shown)).isEqualTo(AgentStatus.NOT_CONNECTED);
        assertThat(shown.toString(UTF_8)).contains("not running, or cannot write " + file + ": this was 10 min ago.\n");
    }

    private String text() {
        return MetricsText.of("1 \"x\\", STARTED, List.of(home, other), own);
    }

    private static int status(Path file, ByteArrayOutputStream shown) {
        return new AgentStatus(file, new PrintStream(shown, true, UTF_8), Instant.now()).run();
    }

    private void start(Path written) throws IOException {
        Thread thread = new Thread(metricsFile(written), "metrics");
        thread.setDaemon(true);
        thread.start();
    }

    private MetricsFile metricsFile(Path written) throws IOException {
        return new MetricsFile(
                written, "1", List.of(home, other), CredentialsWatch.open(List.of(), former -> own), stop);
    }

    private static RelayCounters counters(String relay, Position.Mark mark) {
        return new RelayCounters(HostPort.parse(relay), new Position(mark));
    }

    private static <T> List<T> concat(List<T> a, List<T> b) {
        return java.util.stream.Stream.concat(a.stream(), b.stream()).toList();
    }
}
