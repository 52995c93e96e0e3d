package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.agent.FakeRelay.Session;
import backhaul.pki.Certificates;
import backhaul.pki.CheckDates;
import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.CheckReport;
import backhaul.transport.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} says of each step, against relays that a test plays. */
class AgentCheckTest {
    @TempDir
    static Path directory;

    private static TestCa ca;
    private static Issued relayFiles;
    private static Issued agentFiles;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<Setting, List<String>> flags = new EnumMap<>(Setting.class);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private FakeCollector collector;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
        relayFiles = ca.relay("relay", "DNS:localhost").issue();
        agentFiles = ca.agent("home").issue();
    }

    @BeforeEach
    void begin() throws IOException {
        collector = FreePort.open(FakeCollector::new);
        use(agentFiles);
        set(Setting.COLLECTOR, "127.0.0.1:" + collector.port());
        set(Setting.CONNECT_TIMEOUT, "5s");
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        collector.close();
        System.out.print(text());
    }

    @Test
    void everyStepOfAGoodWayIsOkay() throws Exception {
        FakeRelay relay = octetCounted(relayFiles);
        CompletableFuture<Integer> status = check();
        Session session = relay.session();
        assertThat(session.start(5000)).matches("HELLO [0-9a-f-]{36}");
        session.send("ALIVE\n");
        assertThat(session.line()).isEqualTo("BYE shutdown this was a check");
        assertThat(session.line()).as("close_notify").isNull();
        session.tls.close();
        assertThat(status.get(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(AgentCheck.OK);
        String day = CheckDates.day(
                        agentFiles.credentials().certificate().getNotAfter().toInstant()) + ", 89 days left";
        assertThat(steps())
                .containsExactly(
                        "[ ok ] set by --relay, --cert, --key, --ca, --collector, --connect-timeout",
                        "[ ok ] " + agentFiles.certificate() + ": "
                                + Certificates.describe(agentFiles.credentials().certificate()),
                        "[ ok ] it is valid until " + day,
                        "[ ok ] " + agentFiles.key() + ": a private key",
                        "[ ok ] " + ca.caFile() + ": the certificates of 2 CAs",
                        steps("[ ok ] emailAddress=ca@example.org,CN=Test Issuing CA,")
                                .get(0),
                        steps("[ ok ] emailAddress=ca@example.org,CN=Test Root CA,")
                                .get(0),
                        "[ ok ] the key belongs to the certificate, and the CA file has the CA that issued it",
                        "[ ok ] the certificate is for an agent (clientAuth)",
                        "[ ok ] relays with this CA file accept it: it passes the check that they make",
                        "[skip] no revocation list is configured (crl)",
                        steps("its name has the address").get(0),
                        steps("TCP to 127.0.0.1:" + relay.port() + ": it answers, after ")
                                .get(0),
                        "[ ok ] TLS: it speaks TLS 1.3",
                        "[ ok ] its certificate: "
                                + Certificates.describe(relayFiles.credentials().certificate()),
                        "[ ok ] it is valid until " + day,
                        "[ ok ] it is for the name localhost",
                        "[ ok ] it speaks syslog-relay/1",
                        "[ ok ] it accepts this agent, with a heartbeat every 5 s",
                        steps("a sign of life came after ").get(0),
                        "[ ok ] a program on this machine listens there");
        assertThat(text())
                .contains("fingerprint, for relay.tls.allow: sha256:"
                        + Certificates.fingerprint(agentFiles.credentials().certificate()))
                .endsWith("All is well.\n")
                .matches("[\\x20-\\x7e\\n]+");
    }

    @Test
    void colourIsOfTheMarksAlone() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CheckReport report = new CheckReport(new PrintStream(out, true, StandardCharsets.UTF_8), true);
        report.ok("good");
        report.failed("bad \u001b[2J");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("  \u001b[32m[ ok ]\u001b[0m good\n  \u001b[31m[FAIL]\u001b[0m bad ?[2J\n");
    }

    @Test
    void aWrongSettingIsAConfigurationError() throws Exception {
        set(Setting.RELAY, "::1");
        flags.remove(Setting.KEY);
        assertThat(status()).isEqualTo(78);
        assertThat(steps("[FAIL]"))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("[FAIL] --relay must be HOST[:PORT] with an IPv6 address in brackets");
        assertThat(text()).endsWith("2 of 2 steps failed.\n");
    }

    @Test
    void aKeyOfAnotherCertificateIsAConfigurationErrorAndTheRestIsLookedAt() throws Exception {
        FakeRelay relay = octetCounted(relayFiles);
        set(Setting.KEY, relayFiles.key().toString());
        assertThat(status()).isEqualTo(78);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("is not the key of the certificate");
        assertThat(steps("TCP to 127.0.0.1:" + relay.port()))
                .singleElement()
                .asString()
                .startsWith("[ ok ]");
        assertThat(steps("[skip] TLS needs this agent's own certificate")).hasSize(1);
        assertThat(steps("[ ok ] a program on this machine listens there")).hasSize(1);
    }

    @Test
    void aCertificateOfAnotherKindIsToldApartFromAWrongKey() throws Exception {
        octetCounted(relayFiles);
        use(relayFiles);
        assertThat(status()).isEqualTo(78);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("is not a certificate for an agent");
        assertThat(steps("[ ok ] the key belongs to the certificate")).hasSize(1);
    }

    @Test
    void ourExpiredCertificateIsToldWithTheClock() throws Exception {
        octetCounted(relayFiles);
        use(ca.agent("old").expired().issue());
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]"))
                .hasSize(2)
                .anySatisfy(step -> assertThat(step)
                        .contains(
                                "it expired on ",
                                ": renew it with backhaul-ca renew",
                                "set this machine's clock if it is wrong, it says 20",
                                " UTC"))
                .anySatisfy(step -> assertThat(step).contains("the relay refused our certificate"));
    }

    @Test
    void aRelayOfTheFutureIsToldWithTheClock() throws Exception {
        octetCounted(ca.relay("relay", "DNS:localhost").notYetValid().issue());
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL] it is not valid before "))
                .singleElement()
                .asString()
                .contains("this machine's clock");
        assertThat(steps("[FAIL] the certificate of the relay is not yet valid"))
                .hasSize(1);
        assertThat(steps("[ ok ] it is for the name localhost")).hasSize(1);
        assertThat(steps("accepts")).isEmpty();
    }

    @Test
    void aRelayOfAnotherNameIsOneFailure() throws Exception {
        octetCounted(ca.relay("relay", "DNS:relay.example.org").issue());
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]"))
                .singleElement()
                .asString()
                .contains("the certificate of the relay is for relay.example.org, not for localhost: ");
        assertThat(steps("[ ok ] its certificate: ")).hasSize(1);
    }

    @Test
    void aRelayOfAnotherAuthorityIsOneFailure() throws Exception {
        octetCounted(TestCa.create(directory, "Other")
                .relay("relay", "DNS:localhost")
                .issue());
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("was not issued by a CA in our CA file");
    }

    @Test
    void aRevokedRelayIsOneFailure() throws Exception {
        Issued revoked = ca.relay("relay", "DNS:localhost").issue();
        set(
                Setting.CRL,
                ca.revoke(Instant.now().plusSeconds(5_000_000), revoked).toString());
        octetCounted(revoked);
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("was revoked on");
        assertThat(steps(" is up to date until ")).singleElement().asString().startsWith("[ ok ] the revocation list");
    }

    @Test
    void aListOutOfDateIsAFailureThoughItIsAccepted() throws Exception {
        set(Setting.CRL, ca.revoke(Instant.now().minusSeconds(60)).toString());
        FakeRelay relay = octetCounted(relayFiles);
        CompletableFuture<Integer> status = check();
        Session session = relay.session();
        session.start(5000);
        session.send("ALIVE\n");
        session.line();
        session.tls.close();
        assertThat(status.get(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("relays that are not in it are still trusted");
        assertThat(steps("[ ok ] it is not revoked")).hasSize(1);
    }

    @Test
    void aRelayThatDoesNotAllowThisAgentIsToldWithTheLineForItsList() throws Exception {
        FakeRelay relay = octetCounted(relayFiles);
        CompletableFuture<Integer> status = check();
        Session session = relay.session();
        session.line();
        session.send("BYE refused not in relay.tls.allow\n");
        assertThat(status.get(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]")).containsExactly("[FAIL] the relay refuses this agent: not in relay.tls.allow");
        assertThat(text())
                .contains("\n         add this to relay.tls.allow on the relay: sha256:"
                        + Certificates.fingerprint(agentFiles.credentials().certificate()) + "\n");
    }

    @Test
    void aRelayThatRefusesOurCertificateIsOneFailure() throws Exception {
        TestCa other = TestCa.create(directory, "Other");
        Issued stranger = other.agent("home").issue();
        Path both = directory.resolve("both.pem");
        Files.writeString(both, Files.readString(other.caFile()) + Files.readString(ca.caFile()));
        use(new Issued(stranger.certificate(), stranger.key(), both, stranger.leaf()));
        octetCounted(relayFiles);
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("the relay refused our certificate");
    }

    @Test
    void aRelayThatSendsNoSignOfLifeIsAFailure() throws Exception {
        FakeRelay relay = octetCounted(relayFiles);
        CompletableFuture<Integer> status = check();
        relay.session().start(100);
        assertThat(status.get(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]")).singleElement().asString().contains("no sign of life came within 2.1 s");
    }

    @Test
    void aHeartbeatThatTakesLongIsNotWaitedFor() throws Exception {
        FakeRelay relay = octetCounted(relayFiles);
        CompletableFuture<Integer> status = check();
        Session session = relay.session();
        session.start(3_600_000);
        session.line();
        session.tls.close();
        assertThat(status.get(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(AgentCheck.OK);
        assertThat(steps("[skip] a heartbeat every 1 h is not waited for")).hasSize(1);
    }

    @Test
    void aRelayThatSendsLinesIsCheckedAsFarAsItCanBe() throws Exception {
        FakeRelay relay = FakeRelay.lines(relayFiles.credentials());
        track(relay, relay.port());
        CompletableFuture<Integer> status = check();
        Session session = relay.session();
        assertThat(session.line()).isNull();
        session.tls.close();
        assertThat(status.get(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(AgentCheck.OK);
        assertThat(steps("[ ok ] it accepts this agent, as far as can be seen")).hasSize(1);
    }

    @Test
    void aSilentPortEndsInTime() throws Exception {
        set(Setting.CONNECT_TIMEOUT, "500ms");
        ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        track(deaf, deaf.getLocalPort());
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]"))
                .containsExactly(
                        "[FAIL] TLS: TCP answered, but the TLS handshake did not finish within 0.5 s: is this a"
                                + " relay?");
    }

    @Test
    void aClosedPortAndANameThatDoesNotExistAreFailures() throws Exception {
        int free = FreePort.next();
        flags.put(Setting.RELAY, List.of("127.0.0.1:" + free, "relay.invalid"));
        assertThat(status()).isEqualTo(AgentCheck.FAILED);
        assertThat(steps("[FAIL]"))
                .hasSize(2)
                .anySatisfy(step -> assertThat(step)
                        .contains("TCP to 127.0.0.1:" + free + ": the relay refused the connection: nothing listens"))
                .anySatisfy(step -> assertThat(step).contains("the name of relay.invalid:514 "));
    }

    @Test
    void aCollectorThatIsAwayIsAFailure() throws Exception {
        int port = collector.port();
        collector.close();
        set(Setting.RELAY, "relay.invalid");
        status();
        assertThat(steps("[FAIL] no program on this machine listens on that UDP port"))
                .hasSize(1);
        set(Setting.COLLECTOR, "tcp://127.0.0.1:" + port);
        status();
        assertThat(steps("[FAIL] the collector refused the connection: nothing listens there"))
                .hasSize(1);
    }

    @Test
    void aCollectorByTcpIsConnectedTo() throws Exception {
        try (ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            set(Setting.RELAY, "relay.invalid");
            set(Setting.COLLECTOR, "tcp://127.0.0.1:" + tcp.getLocalPort());
            status();
        }
        assertThat(steps("[ ok ] it takes TCP connections")).hasSize(1);
    }

    @Test
    void eachAddressOfTheCollectorsNameIsTriedUntilOneTakesMessages() throws Exception {
        try (ServerSocket tcp = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.2"))) {
            InetAddress[] both = {InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2")};
            set(Setting.RELAY, "relay.invalid");
            set(Setting.COLLECTOR, "tcp://nas:" + tcp.getLocalPort());
            new CollectorCheck(AgentConfig.from(flags, Map.of()), report(), name -> both).run(false);
        }
        assertThat(steps())
                .containsExactly(
                        "[warn] 127.0.0.1: the collector refused the connection: nothing listens there, check the port"
                                + " and whether it is running",
                        "[ ok ] 127.0.0.2: it takes TCP connections");
    }

    @Test
    void aTestMessageIsSentOnlyIfAskedFor() throws Exception {
        set(Setting.RELAY, "relay.invalid");
        new AgentCheck(flags, Map.of(), report()).run(false);
        new AgentCheck(flags, Map.of(), report()).run(true);
        assertThat(collector.message())
                .startsWith("<45>1 ")
                .endsWith(" CHECK - a test message of backhaul-agent check");
        assertThat(steps("[ ok ] a test message was sent and not refused")).hasSize(1);
        collector.close();
        new AgentCheck(flags, Map.of(), report()).run(true);
        assertThat(steps("[FAIL] it refuses messages")).hasSize(1);
    }

    private void use(Issued files) {
        set(Setting.CERT, files.certificate().toString());
        set(Setting.KEY, files.key().toString());
        set(Setting.CA, files.authorities().toString());
    }

    private void set(Setting setting, String value) {
        flags.put(setting, List.of(value));
    }

    private FakeRelay octetCounted(Issued files) throws IOException {
        FakeRelay relay = FakeRelay.octetCounted(files.credentials());
        track(relay, relay.port());
        return relay;
    }

    private void track(AutoCloseable listener, int port) {
        open.add(listener);
        set(Setting.RELAY, "localhost:" + port);
    }

    private CompletableFuture<Integer> check() {
        return CompletableFuture.supplyAsync(() -> new AgentCheck(flags, Map.of(), report()).run(false));
    }

    private int status() throws Exception {
        return check().get(60, TimeUnit.SECONDS);
    }

    private CheckReport report() {
        return new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<String> steps() {
        return text().lines()
                .filter(line -> line.startsWith("  ["))
                .map(String::strip)
                .toList();
    }

    private List<String> steps(String part) {
        return steps().stream().filter(step -> step.contains(part)).toList();
    }
}
