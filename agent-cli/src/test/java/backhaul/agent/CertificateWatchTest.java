package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import backhaul.agent.FakeRelay.Session;
import backhaul.pki.Certificates;
import backhaul.pki.Revocations.Outdated;
import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change or end while the agent runs, with real files, sockets and TLS. */
class CertificateWatchTest {
    private static final int HEARTBEAT = 60_000; // ms: these relays say nothing of themselves
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    @TempDir
    static Path shared;

    private static TestCa ca;
    private static Issued relayFiles;
    private static Issued agentFiles;

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private CapturedLog log;
    private FakeCollector collector;
    private Path cert;
    private Path key;
    private Path authorities;
    private Path crl; // null for none

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(shared);
        relayFiles = ca.relay("relay", "DNS:localhost").issue();
        agentFiles = ca.agent("home").issue();
    }

    @BeforeEach
    void begin() throws IOException {
        log = new CapturedLog();
        collector = FreePort.open(FakeCollector::new);
        cert = put(agentFiles.certificate(), "home.crt");
        key = put(agentFiles.key(), "home.key");
        authorities = put(ca.caFile(), "ca.crt");
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        collector.close();
        log.close();
    }

    @Test
    void aRenewedCertificateIsShownByTheNextConnectionAndThisOneGoesOn() throws Exception {
        FakeRelay relay = relay(relayFiles);
        agent(relay);
        Session session = relay.session();
        session.start(HEARTBEAT);
        Issued renewed = ca.agent("home-renewed").issue();
        put(renewed.certificate(), "home.crt");
        put(renewed.key(), "home.key");
        awaitLog("The certificate files have changed and are in use from the next connection on: CN=home-renewed,");
        session.send("2 ok");
        assertThat(collector.message()).isEqualTo("ok");
        session.cut();
        Session next = relay.session();
        next.start(HEARTBEAT);
        assertThat(Certificates.subject((X509Certificate) next.tls.getSession().getPeerCertificates()[0]))
                .isEqualTo("CN=home-renewed,O=Example");
        await().until(() -> log.lines("Connected").size() == 2);
    }

    @Test
    void aBadSetIsToldOnceAndAgainWhenItChangesAndTheOldOneStaysInUse() throws Exception {
        FakeRelay relay = relay(relayFiles);
        agent(relay);
        Session session = relay.session();
        session.start(HEARTBEAT);
        put(relayFiles.certificate(), "home.crt");
        String refused = "The certificate files have changed and are not used, those read before stay in use: ";
        awaitLog(refused + key + " is not the key of the certificate in " + cert);
        Files.writeString(cert, "-----BEGIN CERTIFICATE-----\nhalf");
        awaitLog(refused + cert + " is cut short");
        session.cut();
        relay.session().start(HEARTBEAT);
        put(agentFiles.certificate(), "home.crt");
        awaitLog("are in use from the next connection on: CN=home,");
        assertThat(log.lines(refused)).hasSize(2);
    }

    @Test
    void aRelayThatANewListRevokesIsLeftAtOnceAndNotConnectedToAgain() throws Exception {
        crl = put(ca.revoke(longFromNow()), "ca.crl");
        Issued stolen = ca.relay("stolen", "DNS:localhost").issue();
        FakeRelay relay = relay(stolen);
        agent(relay);
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 ok");
        assertThat(collector.message()).isEqualTo("ok");
        put(ca.revoke(longFromNow(), stolen), "ca.crl");
        awaitLog("1 message: the certificate of the relay or of its CA was revoked on ");
        assertThatThrownBy(session::line).isInstanceOf(IOException.class);
        await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> log.lines(": the certificate of the relay or of its CA was revoked on ")
                                .size()
                        >= 2);
        assertThat(log.lines("Connected")).hasSize(1);
    }

    @Test
    void aRelayThatNewAuthoritiesDoNotVouchForIsLeftAtOnce() throws Exception {
        TestCa other = TestCa.create(directory, "Other");
        FakeRelay relay = relay(relayFiles);
        agent(relay);
        relay.session().start(HEARTBEAT);
        Issued mine = other.agent("home").issue();
        put(mine.certificate(), "home.crt");
        put(mine.key(), "home.key");
        put(other.caFile(), "ca.crt");
        awaitLog("0 messages: the certificate of the relay was not issued by a CA in our CA file");
    }

    @Test
    void aConnectionDoesNotOutliveTheRelaysCertificate() throws Exception {
        FakeRelay relay = relay(ca.relay("relay", "DNS:localhost")
                .valid(Instant.now().minusSeconds(3600), Instant.now().plusSeconds(7))
                .issue());
        agent(relay);
        relay.session().start(HEARTBEAT);
        awaitLog("0 messages: the certificate of the relay or of its CA has expired");
        assertThat(log.lines("Connected")).hasSize(1);
    }

    @Test
    void aConnectionDoesNotOutliveTheAgentsCertificateAndTheCollectorIsToldWithoutAStream() throws Exception {
        Issued brief = ca.agent("brief")
                .valid(Instant.now().minusSeconds(3600), Instant.now().plusSeconds(7))
                .issue();
        put(brief.certificate(), "home.crt");
        put(brief.key(), "home.key");
        FakeRelay relay = relay(relayFiles);
        agent(relay);
        relay.session().start(HEARTBEAT);
        assertThat(collector.message())
                .contains(" EXPIRY - the certificate of CN=brief,O=Example expires within a day");
        awaitLog("0 messages: this agent's certificate CN=brief,O=Example (serial ");
        assertThat(collector.message()).contains(" EXPIRY - the certificate of CN=brief,O=Example has expired, on ");
    }

    @Test
    void aConnectionDoesNotOutliveTheListIfOneThatIsOutOfDateIsToBeRefused() throws Exception {
        crl = put(ca.revoke(Instant.now().plusSeconds(7)), "ca.crl");
        FakeRelay relay = relay(relayFiles);
        agent(Outdated.REFUSE, relay);
        relay.session().start(HEARTBEAT);
        awaitLog("0 messages: the certificate of the relay is not accepted, because the revocation list of ");
    }

    @Test
    void aRelayNotInAListThatIsOutOfDateIsFollowedByDefault() throws Exception {
        crl = put(ca.revoke(Instant.now().minusSeconds(60)), "ca.crl");
        FakeRelay relay = relay(relayFiles);
        agent(relay);
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 ok");
        assertThat(List.of(collector.message(), collector.message()))
                .anySatisfy(message -> assertThat(message).isEqualTo("ok"))
                .anySatisfy(
                        message -> assertThat(message).contains(" EXPIRY - the revocation list of ", "has expired"));
    }

    @Test
    void whatExpiresSoonIsToldInTheStreamOfOneRelayOnceWhileConnected() throws Exception {
        FakeRelay first = relay(relayFiles);
        FakeRelay second = relay(relayFiles);
        agent(first, second);
        Session one = first.session();
        Session two = second.session();
        one.start(HEARTBEAT);
        two.start(HEARTBEAT);
        one.send("2 m1");
        assertThat(collector.message()).isEqualTo("m1");
        Issued soon = ca.agent("home").days(5).issue();
        put(soon.certificate(), "home.crt");
        put(soon.key(), "home.key");
        String sentence = "he certificate of CN=home,O=Example expires in 4 days, on ";
        awaitLog(" WARNING T" + sentence);
        // Told between two messages, whichever stream moves first.
        one.send("2 m2");
        two.send("2 m3");
        List<String> messages = collector.messages(3);
        assertThat(messages)
                .filteredOn(message -> message.contains(" EXPIRY - t" + sentence))
                .hasSize(1)
                .allMatch(message -> message.startsWith("<44>1 "));
        one.send("2 m4");
        assertThat(collector.message()).isEqualTo("m4");
        assertThat(log.lines(sentence)).hasSize(1);
    }

    @Test
    void ourOwnRevocationIsToldAtTheStart() throws Exception {
        Issued lost = ca.agent("lost").issue();
        put(lost.certificate(), "home.crt");
        put(lost.key(), "home.key");
        crl = put(ca.revoke(longFromNow(), lost), "ca.crl");
        agent(relay(relayFiles));
        awaitLog(" WARNING This agent's certificate is revoked by our own list: peers that have it refuse");
    }

    @Test
    void aRelayThatDoesNotAllowThisAgentIsToldOfWithTheLineForItsList() throws Exception {
        FakeRelay relay = relay(relayFiles);
        agent(relay);
        for (int i = 0; i < 2; i++) {
            Session session = relay.session();
            session.line();
            session.send("BYE refused not in relay.tls.allow\n");
            session.tls.close();
        }
        await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> log.lines("the relay refuses this agent: not in relay.tls.allow; next attempt in ")
                                .size()
                        == 2);
        assertThat(log.lines("To let this agent in, add this to relay.tls.allow on the relay: "))
                .singleElement()
                .asString()
                .endsWith(" sha256:"
                        + Certificates.fingerprint(agentFiles.credentials().certificate()));
    }

    @Test
    void aListOfAnotherCaThanTheIssuerIsNotTakenForOne() throws Exception {
        crl = put(ca.revokeIssuer(), "ca.crl"); // the root's
        FakeRelay relay = relay(relayFiles);
        assertThatThrownBy(() -> agent(relay))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has no revocation list of " + ca.issuer());
    }

    private static Instant longFromNow() {
        return Instant.now().plus(Duration.ofDays(60));
    }

    private Path put(Path from, String name) throws IOException {
        return Files.copy(from, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private void awaitLog(String part) {
        await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> !log.lines(part).isEmpty());
    }

    private FakeRelay relay(Issued files) throws IOException {
        FakeRelay relay = FakeRelay.octetCounted(files.credentials());
        open.add(relay);
        return relay;
    }

    private void agent(FakeRelay... relays) throws ConfigException {
        agent(Outdated.ACCEPT, relays);
    }

    private void agent(Outdated outdated, FakeRelay... relays) throws ConfigException {
        AgentConfig config = new AgentConfig(
                Arrays.stream(relays)
                        .map(relay -> new HostPort("localhost", relay.port()))
                        .toList(),
                cert,
                key,
                null,
                authorities,
                crl,
                outdated,
                null,
                null,
                new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", collector.port())),
                3000,
                Duration.ofSeconds(10),
                Duration.ZERO);
        Agent agent = Agent.of(config, config.credentials(), State.inMemory());
        open.add(() -> agent.stop(STOP_LIMIT));
        agent.start();
    }
}
