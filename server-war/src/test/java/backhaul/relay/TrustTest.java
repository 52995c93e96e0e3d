package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.pki.Credentials;
import backhaul.pki.TestCa;
import backhaul.transport.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, keys and lists that change, expire or are revoked while the relay runs. */
class TrustTest {
    private static TestCa ca;
    private static TestCa.Issued own;
    private static TestCa.Issued home;

    @TempDir
    Path directory;

    private Path certificate;
    private Path key;
    private Path authorities;
    private Path list;

    @BeforeAll
    static void issueCertificates() {
        ca = TestSite.otherCa("Test"); // of its own, for its lists grow
        own = ca.relay("relay", "DNS:localhost").issue();
        home = ca.agent("home").issue();
    }

    @BeforeEach
    void installFiles() throws IOException {
        certificate = directory.resolve("relay.crt");
        key = directory.resolve("relay.key");
        authorities = directory.resolve("ca.crt");
        list = directory.resolve("crl.pem");
        put(own.certificate(), certificate);
        put(own.key(), key);
        put(own.authorities(), authorities);
    }

    private static void put(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** With the files of this test, and those settings. */
    private TestRelay start(String... more) throws Exception {
        String[] settings = Arrays.copyOf(more, more.length + 6);
        settings[more.length] = "relay.tls.cert";
        settings[more.length + 1] = certificate.toString();
        settings[more.length + 2] = "relay.tls.key";
        settings[more.length + 3] = key.toString();
        settings[more.length + 4] = "relay.tls.ca";
        settings[more.length + 5] = authorities.toString();
        return TestRelay.start(settings);
    }

    /** The same with a revocation list. */
    private TestRelay startWithList(Path first, String... more) throws Exception {
        put(first, list);
        String[] settings = Arrays.copyOf(more, more.length + 2);
        settings[more.length] = "relay.tls.crl";
        settings[more.length + 1] = list.toString();
        return start(settings);
    }

    private static X509Certificate shown(TestAgent agent) throws IOException {
        return (X509Certificate) agent.tls.getSession().getPeerCertificates()[0];
    }

    private static X509Certificate leaf(TestCa.Issued issued) {
        return issued.credentials().certificate();
    }

    private static void serves(TestRelay relay, TestAgent agent, String message) throws IOException {
        relay.send(message);
        assertThat(agent.text()).isEqualTo(message);
    }

    /** The answer to an agent that does the handshake. */
    private static String answer(TestRelay relay, SSLContext context) throws IOException {
        try (TestAgent agent = TestAgent.dial(relay, context, "TLSv1.3", Wire.ALPN)) {
            agent.say("HELLO again\n");
            return agent.line();
        }
    }

    @Test
    void renewedCertificateIsShownFromThenOnAndTheConnectedStayConnected() throws Exception {
        TestCa.Issued renewed = ca.relay("renewed", "DNS:localhost").issue();
        try (TestRelay relay = start();
                TestAgent connected = TestAgent.connect(relay, home.credentials());
                TestAgent lines = TestAgent.lines(relay, home.credentials())) {
            assertThat(shown(connected)).isEqualTo(leaf(own));
            put(renewed.certificate(), certificate);
            put(renewed.key(), key);
            relay.reload();

            try (TestAgent later = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(later)).isEqualTo(leaf(renewed));
                serves(relay, connected, "one");
                assertThat(later.text()).isEqualTo("one");
                assertThat(lines.line()).isEqualTo("one");
            }
            String line = relay.awaitLog("Changed certificate files taken up: CN=renewed,O=Example", "valid until 20");
            relay.reload();
            assertThat(relay.log).filteredOn(line::equals).hasSize(1);
            assertThat(relay.relay.status().concern()).isNull();
        }
    }

    @Test
    void newKeyWithANewPassphraseIsTakenUp() throws Exception {
        Path passphrase = directory.resolve("passphrase");
        Files.writeString(passphrase, "first\n");
        encrypt(own.key(), "first");
        TestCa.Issued renewed = ca.relay("renewed", "DNS:localhost").issue();
        try (TestRelay relay = start("relay.tls.key-passphrase-file", passphrase.toString())) {
            put(renewed.certificate(), certificate);
            encrypt(renewed.key(), "second");
            relay.reload();
            relay.awaitLog(
                    "Changed certificate files refused, the old ones stay in use: relay.tls.key: ", "passphrase");
            Files.writeString(passphrase, "second\n");
            relay.reload();
            try (TestAgent agent = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(agent)).isEqualTo(leaf(renewed));
            }
        }
    }

    private void encrypt(Path plain, String passphrase) {
        TestCa.openssl(
                directory,
                "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:" + passphrase + " -in " + plain.toAbsolutePath() + " -out "
                        + key);
    }

    @Test
    void agentThatTheNewCaFileNoLongerCoversIsRefusedAndOnlyThat() throws Exception {
        TestCa anew = TestSite.otherCa("Test"); // the same names, other keys
        TestCa.Issued server = anew.relay("relay", "DNS:localhost").issue();
        Credentials former = home.credentials();
        Credentials current = anew.agent("office").issue().credentials();
        Files.writeString(authorities, Files.readString(ca.caFile()) + Files.readString(anew.caFile()));
        SSLContext trusting = new Credentials(former.key(), former.chain(), current.authorities()).sslContext();
        put(server.certificate(), certificate);
        put(server.key(), key);
        try (TestRelay relay = start();
                TestAgent stays = TestAgent.connect(relay, current);
                TestAgent goes = TestAgent.dial(relay, trusting, "TLSv1.3", Wire.ALPN)) {
            goes.say("HELLO former\n");
            assertThat(goes.line()).startsWith("STREAM ");
            relay.awaitAgents(2);

            put(anew.caFile(), authorities);
            relay.reload();

            assertThat(goes.rest())
                    .startsWith("BYE refused the certificate of CN=home,O=Example ")
                    .endsWith("\n");
            serves(relay, stays, "one");
            relay.awaitLog("Agent disconnected: CN=home");
            // The session that it could resume is from a context that is gone: it is refused in a full handshake.
            try (TestAgent again = TestAgent.dial(relay, trusting, "TLSv1.3", Wire.ALPN)) {
                again.say("HELLO former\n");
                assertThat(again.rest()).doesNotContain("STREAM");
            } catch (IOException e) {
                assertThat(e).isInstanceOf(SSLException.class);
            }
            relay.awaitLog("Agent refused: ", "CN=home,O=Example (serial ", "was not issued by a CA in our CA file");
        }
    }

    @Test
    void badSetIsSaidOnceAndTheOldOneServesOn() throws Exception {
        TestCa.Issued renewed = ca.relay("renewed", "DNS:localhost").issue();
        try (TestRelay relay = start();
                TestAgent connected = TestAgent.connect(relay, home.credentials())) {
            put(renewed.certificate(), certificate); // and not the key
            relay.reload();
            relay.reload();

            String line =
                    relay.awaitLog("Changed certificate files refused, the old ones stay in use: relay.tls.key: ");
            assertThat(line).contains("is not the key of the certificate", key.toString());
            assertThat(relay.log).filteredOn(line::equals).hasSize(1);
            assertThat(relay.relay.status().problem()).as("agents can connect").isNull();
            assertThat(relay.relay.status().concern())
                    .startsWith("the changed files are not in use: ")
                    .contains(key.toString());
            try (TestAgent later = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(later)).isEqualTo(leaf(own));
            }
            serves(relay, connected, "one");

            put(renewed.key(), key);
            relay.reload();
            assertThat(relay.relay.status().concern()).isNull();
            try (TestAgent later = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(later)).isEqualTo(leaf(renewed));
            }
        }
    }

    @Test
    void halfWrittenFileIsNotTakenUpBeforeItIsWhole() throws Exception {
        TestCa.Issued renewed = ca.relay("renewed", "DNS:localhost").issue();
        String whole = Files.readString(renewed.certificate());
        try (TestRelay relay = start()) {
            put(renewed.key(), key);
            Files.writeString(certificate, whole.substring(0, whole.length() / 5));
            relay.relay.reload();
            Files.writeString(certificate, whole.substring(0, whole.length() / 4));
            relay.relay.reload();
            assertThat(relay.log).as("it is still being written").noneMatch(line -> line.startsWith("Changed"));
            relay.relay.reload();
            relay.awaitLog("Changed certificate files refused", "relay.tls.cert: " + certificate, "cut short");
            try (TestAgent agent = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(agent)).isEqualTo(leaf(own));
            }
            Files.writeString(certificate, whole);
            relay.reload();
            try (TestAgent agent = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(agent)).isEqualTo(leaf(renewed));
            }
        }
    }

    @Test
    void expiredCertificateDoesNotTakeThePlaceOfAGoodOne() throws Exception {
        TestCa.Issued old = ca.relay("old", "DNS:localhost").expired().issue();
        try (TestRelay relay = start()) {
            put(old.certificate(), certificate);
            put(old.key(), key);
            relay.reload();
            relay.awaitLog("Changed certificate files refused", "relay.tls.cert: " + certificate + " expired on ");
            try (TestAgent agent = TestAgent.connect(relay, home.credentials())) {
                assertThat(shown(agent)).isEqualTo(leaf(own));
            }
        }
    }

    @Test
    void revokedCertificateDoesNotTakeThePlaceOfAGoodOneAndANewListIsTakenUpAllTheSame() throws Exception {
        TestCa.Issued lost = ca.relay("lost", "DNS:localhost").issue();
        TestCa.Issued good = ca.relay("good", "DNS:localhost").issue();
        Path naming = ca.revoke(lost);
        put(good.certificate(), certificate);
        put(good.key(), key);
        try (TestRelay relay = startWithList(naming)) {
            put(lost.certificate(), certificate);
            put(lost.key(), key);
            relay.reload();
            relay.awaitLog("refused", "relay.tls.cert: " + certificate + " is revoked by our own list: ");
            put(good.certificate(), certificate);
            put(good.key(), key);
            relay.reload();
            put(ca.revoke(good), list);
            relay.reload();
            assertThat(relay.relay.status().concern()).startsWith("relay.tls.cert is revoked by our own list: ");
        }
    }

    /** Another CA than the relay's own: agents accept the relay, and it can accept none. */
    @Test
    void issuerThatHasExpiredIsAProblemAndDoesNotTakeThePlaceOfAGoodOne() throws Exception {
        TestCa agents = TestSite.otherCa("Agents");
        Path expired = agents.renewIssuer(Instant.now().minusSeconds(60));
        String both = Files.readString(own.authorities()) + Files.readString(agents.caFile());
        String without = Files.readString(own.authorities()) + Files.readString(expired);
        Files.writeString(authorities, without);
        try (TestRelay relay = start("relay.tls.issuer", agents.issuer())) {
            String problem = relay.relay.status().problem();
            assertThat(problem)
                    .startsWith("relay.tls.issuer " + agents.issuer() + " is not valid without ")
                    .contains("CN=Agents Issuing CA", ", which expired on ");
            Files.writeString(authorities, both);
            relay.reload();
            assertThat(relay.relay.status().problem()).isNull();
            Files.writeString(authorities, without);
            relay.reload();
            relay.awaitLog("Changed certificate files refused, the old ones stay in use: " + problem);
            assertThat(relay.relay.status().problem()).isNull();
        }
    }

    @Test
    void caFileWithoutTheIssuerIsRefused() throws Exception {
        try (TestRelay relay = start()) {
            put(ca.rootFile(), authorities);
            relay.reload();
            relay.awaitLog("refused", "relay.tls.issuer is " + ca.issuer() + ", but relay.tls.ca has no certificate");
            TestAgent.connect(relay, home.credentials()).close();
        }
    }

    @Test
    void listWithoutTheIssuersIsRefused() throws Exception {
        try (TestRelay relay = startWithList(ca.revoke())) {
            put(ca.revokeIssuer(), list);
            relay.reload();
            relay.awaitLog("refused", "relay.tls.crl: " + list + " has no revocation list of " + ca.issuer());
            TestAgent.connect(relay, home.credentials()).close();
        }
    }

    @Test
    void revokedAgentIsToldSoAndALineClientGetsTheClose() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        try (TestRelay relay = startWithList(ca.revoke(stolen))) {
            SSLContext context = stolen.credentials().sslContext();
            assertThat(answer(relay, context))
                    .startsWith("BYE revoked the certificate of CN=stolen,O=Example or of its CA was revoked on 20");
            relay.awaitLog("Agent refused: CN=stolen,O=Example (serial ", "was revoked on 20");
            try (TestAgent lines = TestAgent.dial(relay, context, "TLSv1.3", null)) {
                relay.send("secret");
                assertThat(lines.rest()).isEmpty();
            }
            TestAgent.connect(relay, home.credentials()).close();
        }
    }

    @Test
    void agentThatIsRevokedWhileConnectedEndsAtOnceAndTheBooksBalance() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        try (TestRelay relay = startWithList(ca.revoke());
                TestAgent goes = TestAgent.connect(relay, stolen.credentials());
                TestAgent line = TestAgent.lines(relay, stolen.credentials());
                TestAgent stays = TestAgent.connect(relay, home.credentials())) {
            AgentConnection connection = relay.relay.connected().stream()
                    .filter(agent -> agent.peer().name().contains(":" + goes.plain.getLocalPort() + "]"))
                    .findFirst()
                    .orElseThrow();
            relay.send(0, 50);
            goes.expect(0, 50);
            for (long number = 0; number < 50; number++) {
                line.line();
            }
            put(ca.revoke(stolen), list);
            relay.reload();
            relay.send("secret");

            assertThat(goes.rest())
                    .startsWith("BYE revoked the certificate of CN=stolen,O=Example ")
                    .endsWith("\n");
            assertThat(line.rest()).isEmpty();
            stays.expect(0, 50);
            assertThat(stays.text()).isEqualTo("secret");
            relay.awaitLog("Agent disconnected: CN=stolen", "50 messages sent, 0 lost", "was revoked on");
            relay.awaitAgents(1);
            assertThat(connection.queue().sent()).isEqualTo(50);
            await().until(() -> relay.relay.status().departed().stream()
                    .anyMatch(gone -> gone.agent().reason().contains("was revoked on")));
            assertThat(answer(relay, stolen.credentials().sslContext())).startsWith("BYE revoked ");
        }
    }

    @Test
    void stalledAgentThatIsRevokedIsCutOff() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        try (TestRelay relay = startWithList(
                        ca.revoke(),
                        "relay.backlog.size",
                        "16MiB",
                        "relay.write-timeout",
                        "10m",
                        "relay.heartbeat",
                        "5m");
                TestAgent stalled = TestAgent.connect(relay, stolen.credentials())) {
            relay.send(0, 30_000);
            put(ca.revoke(stolen), list);
            relay.reload();
            relay.awaitLog("Agent disconnected: CN=stolen", "was revoked on");
            relay.send("secret");
            try {
                assertThat(stalled.rest()).doesNotContain("secret");
            } catch (IOException e) {
                assertThat(relay.relay.connected()).isEmpty();
            }
        }
    }

    @Test
    void agentThatIsRevokedBetweenItsHandshakeAndItsHelloGetsNothing() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        try (TestRelay relay = startWithList(ca.revoke());
                TestAgent agent = TestAgent.dial(relay, stolen.credentials().sslContext(), "TLSv1.3", Wire.ALPN)) {
            await("it was let in, and its HELLO is waited for")
                    .until(() -> relay.threads.stream()
                            .flatMap(thread -> Arrays.stream(thread.getStackTrace()))
                            .anyMatch(frame -> frame.getClassName().equals(ControlReader.class.getName())));
            put(ca.revoke(stolen), list);
            relay.reload();
            agent.say("HELLO late\n");
            relay.send("secret");
            String rest = agent.rest();
            assertThat(rest).contains("BYE revoked ").doesNotContain("secret");
        }
    }

    @Test
    void listOutOfDateKeepsOutWhomItNamesAndIsSaidEverywhere() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        Instant past = Instant.now().minus(Duration.ofHours(1));
        try (TestRelay relay = startWithList(ca.revoke(past, stolen));
                TestAgent agent = TestAgent.connect(relay, home.credentials())) {
            assertThat(answer(relay, stolen.credentials().sslContext())).startsWith("BYE revoked ");
            relay.reload();
            assertThat(agent.text())
                    .matches("<44>1 .* backhaul-relay \\d+ EXPIRY - the revocation list of .* has expired, on .*:"
                            + " make a new one with backhaul-ca crl and copy it here;.*");
            relay.awaitLog("the revocation list of ", "has expired");
            assertThat(relay.relay.status().problem()).isNull();
            assertThat(relay.relay.status().concern()).startsWith("relay.tls.crl has been out of date since 20");
            assertThat(relay.relay.trust().revocations(Instant.now())).contains("out of date since ");

            put(ca.revoke(), list);
            relay.reload();
            assertThat(relay.relay.status().concern()).isNull();
            serves(relay, agent, "one");
        }
    }

    @Test
    void listOutOfDateLetsNobodyInIfThatIsToBeRefused() throws Exception {
        Path outdated = ca.revoke(Instant.now().minus(Duration.ofHours(1)));
        try (TestRelay relay = startWithList(outdated, "relay.tls.crl-outdated", "refuse")) {
            assertThat(answer(relay, home.credentials().sslContext()))
                    .startsWith(
                            "BYE refused the certificate of CN=home,O=Example is not accepted, because the revocation list of ")
                    .contains(" has been out of date since ", "make a new list with backhaul-ca crl");
            assertThat(relay.relay.status().problem())
                    .startsWith("relay.tls.crl has been out of date since 20")
                    .endsWith("; nobody is let in before that");
        }
    }

    @Test
    void listThatGetsOutOfDateEndsTheConnectedIfThatIsToBeRefused() throws Exception {
        Path soon = ca.revoke(Instant.now().plusSeconds(6));
        try (TestRelay relay = startWithList(soon, "relay.tls.crl-outdated", "refuse");
                TestAgent agent = TestAgent.connect(relay, home.credentials())) {
            assertThat(agent.rest())
                    .contains(
                            "BYE refused the certificate of CN=home,O=Example is not accepted, because the revocation list of ");
        }
    }

    @Test
    void connectionDoesNotOutliveItsAgentsCertificate() throws Exception {
        Instant end = Instant.now().plusSeconds(6);
        TestCa.Issued brief =
                ca.agent("brief").valid(Instant.now().minusSeconds(60), end).issue();
        try (TestRelay relay = start();
                TestAgent agent = TestAgent.connect(relay, brief.credentials());
                TestAgent stays = TestAgent.connect(relay, home.credentials())) {
            assertThat(agent.rest())
                    .contains("BYE expired the certificate of CN=brief,O=Example or of its CA has expired");
            assertThat(Instant.now()).isAfter(end.minusSeconds(1)); // whole seconds in a certificate
            serves(relay, stays, "one");
            relay.awaitLog("Agent disconnected: CN=brief", "has expired");
        }
    }

    @Test
    void connectionDoesNotOutliveAnIssuerOfItsAgentsCertificate() throws Exception {
        put(ca.renewIssuer(Instant.now().plusSeconds(6)), authorities);
        TestCa.Issued server = ca.relay("relay", "DNS:localhost").issue();
        put(server.leaf(), certificate);
        put(server.key(), key);
        Credentials agents = home.credentials();
        Credentials bare = new Credentials(agents.key(), agents.chain().subList(0, 1), agents.authorities());
        try (TestRelay relay = start();
                TestAgent agent = TestAgent.connect(relay, bare)) {
            assertThat(agent.rest()).contains("BYE expired the certificate of CN=home,O=Example or of its CA has");
        }
    }

    @Test
    void authorizationEndsByTheWallClockAndAClockThatJumpsBackDoesNoHarm() {
        Instant until = Instant.parse("2027-01-01T00:00:00Z");
        PeerPolicy.Authorization authorization = new PeerPolicy.Authorization(null, until);
        assertThat(authorization.isOver(until)).isFalse();
        assertThat(authorization.isOver(until.plusMillis(1))).isTrue();
        assertThat(authorization.isOver(until.minus(Duration.ofDays(400)))).isFalse();
    }

    @Test
    void whatExpiresSoonIsSaidOnceInTheStreamAndInTheLog() throws Exception {
        TestCa.Issued ending = ca.relay("ending", "DNS:localhost").days(5).issue();
        put(ending.certificate(), certificate);
        put(ending.key(), key);
        try (TestRelay relay = start();
                TestAgent agent = TestAgent.connect(relay, home.credentials())) {
            relay.reload();
            assertThat(agent.text())
                    .matches("<44>1 .* backhaul-relay \\d+ EXPIRY - the certificate of CN=ending,O=Example expires in"
                            + " 4 days, on 20.*: renew it with backhaul-ca renew and copy it here;.*");
            relay.awaitLog("the certificate of CN=ending,O=Example expires in 4 days");
            relay.reload();
            serves(relay, agent, "the next is a message");
            assertThat(relay.relay.status().identity().certificateDaysLeft()).isEqualTo(4);
            assertThat(relay.relay.status().identity().authoritiesDaysLeft()).isBetween(2990L, 3000L);
            assertThat(relay.relay.status().identity().revocationsDaysLeft()).isEmpty();
        }
    }

    @Test
    void ourOwnRevocationIsAConcern() throws Exception {
        TestCa.Issued server = ca.relay("revoked", "DNS:localhost").issue();
        put(server.certificate(), certificate);
        put(server.key(), key);
        try (TestRelay relay = startWithList(ca.revoke(server))) {
            assertThat(relay.relay.status().concern()).startsWith("relay.tls.cert is revoked by our own list: ");
        }
    }

    /** Trusts any relay and counts how often it was asked to: a resumed session does not ask. */
    private static SSLContext counting(TestCa.Issued agent, AtomicInteger asked) throws Exception {
        Credentials credentials = agent.credentials();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own", credentials.key(), new char[0], credentials.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                keys.getKeyManagers(),
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String authType) {
                            asked.incrementAndGet();
                        }

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }

    @Test
    void resumedSessionOfAnAgentThatIsNotOnTheListIsRefused() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SSLContext context = counting(home, asked);
        try (TestRelay relay = start("relay.tls.allow", "cn:office")) {
            assertThat(answer(relay, context)).startsWith("BYE refused its certificate is good but not on the list");
            assertThat(answer(relay, context)).startsWith("BYE refused its certificate is good but not on the list");
            assertThat(asked).as("the second time was resumed").hasValue(1);
        }
    }

    @Test
    void resumedSessionOfARevokedAgentIsRefused() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        AtomicInteger asked = new AtomicInteger();
        SSLContext context = counting(stolen, asked);
        try (TestRelay relay = startWithList(ca.revoke(stolen))) {
            assertThat(answer(relay, context)).startsWith("BYE revoked ");
            assertThat(answer(relay, context)).startsWith("BYE revoked ");
            assertThat(asked).as("the second time was resumed").hasValue(1);
        }
    }

    @Test
    void resumedSessionDoesNotOutliveItsCertificate() throws Exception {
        Instant end = Instant.now().plusSeconds(6);
        TestCa.Issued brief =
                ca.agent("brief").valid(Instant.now().minusSeconds(60), end).issue();
        AtomicInteger asked = new AtomicInteger();
        SSLContext context = counting(brief, asked);
        try (TestRelay relay = start()) {
            assertThat(answer(relay, context)).startsWith("STREAM ");
            await().until(() -> Instant.now().isAfter(end));
            assertThat(answer(relay, context)).startsWith("BYE expired ");
            assertThat(asked).as("the second time was resumed").hasValue(1);
        }
    }

    @Test
    void sessionOfBeforeAChangeOfTheListIsNotResumed() throws Exception {
        TestCa.Issued stolen = ca.agent("stolen").issue();
        AtomicInteger asked = new AtomicInteger();
        SSLContext context = counting(stolen, asked);
        try (TestRelay relay = startWithList(ca.revoke())) {
            assertThat(answer(relay, context)).startsWith("STREAM ");
            assertThat(answer(relay, context)).startsWith("STREAM ");
            assertThat(asked).as("the second time was resumed").hasValue(1);
            put(ca.revoke(stolen), list);
            relay.reload();
            assertThat(answer(relay, context)).startsWith("BYE revoked ");
            assertThat(asked).as("the relay's context is another").hasValue(2);
        }
    }
}
