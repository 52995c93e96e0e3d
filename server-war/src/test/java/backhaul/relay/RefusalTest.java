package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.TestCa;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Peers that are not let in: no byte of log, the connection closed, one line that says who and why. */
class RefusalTest {
    private static TestRelay relay;

    @BeforeAll
    static void start() throws Exception {
        relay = TestRelay.start();
    }

    @AfterAll
    static void stop() throws Exception {
        relay.close();
    }

    /** The answer that the peer reads, in either framing: nothing, an error, or a {@code BYE}. */
    private static void isRefused(String protocol, SSLContext context, String... words) throws Exception {
        for (String alpn : new String[] {null, Wire.ALPN}) {
            relay.log.clear();
            String read;
            try (TestAgent peer = TestAgent.dial(relay, context, protocol, alpn)) {
                if (alpn != null) {
                    peer.say("HELLO stranger\n");
                }
                relay.send("secret");
                read = peer.rest();
            } catch (IOException e) {
                read = "";
            }
            assertThat(read).doesNotContain("secret").doesNotContain("STREAM");
            String line = relay.awaitLog("Agent refused: ", "[127.0.0.1:");
            assertThat(line).contains(words);
            assertThat(relay.log).filteredOn(said -> said.contains("refused")).hasSize(1);
        }
    }

    private static void isRefused(TestCa.Issued certificate, String... words) throws Exception {
        isRefused("TLSv1.3", certificate.credentials().sslContext(), words);
    }

    /** Trusts any relay and shows the certificate of {@code credentials}, or none. */
    private static SSLContext gullible(KeyManager... keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keys,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                new SecureRandom());
        return context;
    }

    @Test
    void expiredCertificateIsRefused() throws Exception {
        isRefused(TestSite.CA.agent("old").expired().issue(), "CN=old", "expired");
    }

    @Test
    void certificateOfTheFutureIsRefused() throws Exception {
        isRefused(TestSite.CA.agent("early").notYetValid().issue(), "CN=early", "not yet valid", "clock");
    }

    @Test
    void datesAreToldAlsoIfTheLeafComesTwice() throws Exception {
        for (TestCa.Issued certificate : List.of(
                TestSite.CA.agent("old").expired().issue(),
                TestSite.CA.agent("early").notYetValid().issue())) {
            Credentials theirs = certificate.credentials();
            X509Certificate leaf = theirs.certificate();
            List<X509Certificate> twice = new ArrayList<>(theirs.chain());
            twice.add(0, leaf);
            isRefused(
                    "TLSv1.3",
                    new Credentials(theirs.key(), twice, theirs.authorities()).sslContext(),
                    Certificates.describe(leaf),
                    leaf.getNotAfter().before(new Date()) ? "has expired" : "is not yet valid");
        }
    }

    @Test
    void certificateWithoutClientAuthIsRefused() throws Exception {
        isRefused(TestSite.CA.relay("other-relay").issue(), "CN=other-relay", "clientAuth");
    }

    @Test
    void certificateOfAnotherCaIsRefused() throws Exception {
        TestCa other = TestSite.otherCa("Other");
        TestCa.Issued stranger = other.agent("stranger").issue();
        isRefused("TLSv1.3", trusting(stranger), "CN=stranger", "not issued by a CA in our CA file");
    }

    @Test
    void certificateOfACaWithTheSameNamesIsRefused() throws Exception {
        TestCa forged = TestSite.otherCa("Test");
        isRefused("TLSv1.3", trusting(forged.agent("forged").issue()), "CN=forged");
    }

    /** The stranger trusts our CA, but shows what its own issued. */
    private static SSLContext trusting(TestCa.Issued stranger) throws Exception {
        Credentials theirs = stranger.credentials();
        return new Credentials(theirs.key(), theirs.chain(), TestSite.HOME.authorities()).sslContext();
    }

    @Test
    void missingCertificateIsRefused() throws Exception {
        isRefused("TLSv1.3", gullible(), "no certificate");
    }

    @Test
    void tls12IsRefused() throws Exception {
        isRefused("TLSv1.2", gullible(), "TLS");
    }

    @Test
    void certificateOfAnotherIssuerOfTheSameRootIsRefused() throws Exception {
        String root = TestSite.CA.issuer().replace("Issuing CA", "Root CA");
        try (TestRelay strict = TestRelay.start("relay.tls.issuer", root)) {
            try (TestAgent peer = TestAgent.dial(strict, TestSite.HOME.sslContext(), "TLSv1.3", Wire.ALPN)) {
                peer.say("HELLO stranger\n");
                assertThat(peer.rest())
                        .startsWith("BYE refused its certificate was issued by /C=US/")
                        .endsWith("but relay.tls.issuer is " + root + "\n");
            }
            strict.awaitLog("Agent refused: CN=home", "but relay.tls.issuer is " + root);
        }
    }

    @Test
    void badHelloIsRefusedWithTheReason() throws Exception {
        for (String hello : new String[] {"ALIVE\n", "HELLO\n", "HELLO a/b\n", "HELLO " + "x".repeat(65) + "\n"}) {
            try (TestAgent peer = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", Wire.ALPN)) {
                peer.say(hello);
                assertThat(peer.rest()).startsWith("BYE refused its first line must be HELLO");
            }
        }
    }

    @Test
    void agentAboveTheLimitIsRefusedWithTheReason() throws Exception {
        try (TestRelay small = TestRelay.start("relay.max-agents", "1");
                TestAgent first = TestAgent.connect(small);
                TestAgent second = TestAgent.dial(small, TestSite.HOME.sslContext(), "TLSv1.3", Wire.ALPN)) {
            second.say("HELLO second\n");
            assertThat(second.rest()).isEqualTo("BYE refused relay.max-agents (1) are connected\n");
            small.send("one");
            assertThat(first.text()).isEqualTo("one");
        }
    }

    @Test
    void silentPeerIsCutOffAfterTheHandshakeTimeout() throws Exception {
        try (TestRelay impatient = TestRelay.start("relay.handshake-timeout", "500ms");
                Socket silent =
                        new Socket(impatient.tls().getAddress(), impatient.tls().getPort())) {
            silent.setSoTimeout(20_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            impatient.awaitLog(
                    "Agent refused: [127.0.0.1:" + silent.getLocalPort(), "relay.handshake-timeout (500 ms)");
        }
    }

    @Test
    void silentConnectionsDoNotKeepAnAgentOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (TestRelay small = TestRelay.start("relay.max-handshakes", "4")) {
            for (int i = 0; i < 20; i++) {
                silent.add(new Socket(small.tls().getAddress(), small.tls().getPort()));
            }
            try (TestAgent agent = TestAgent.connect(small)) {
                small.send("one");
                assertThat(agent.text()).isEqualTo("one");
            }
            small.awaitLog("it made room for another, relay.max-handshakes (4) were under way");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void strangersDoNotUseUpWhatMayBeSaidOfKnownPeers() throws Exception {
        RelayLog log = new RelayLog(2);
        List<String> said = new CopyOnWriteArrayList<>(relay.log);
        relay.log.clear();
        for (int i = 0; i < 10; i++) {
            log.repeatable(RelayLog.Kind.STRANGER, "stranger " + i);
        }
        log.repeatable(RelayLog.Kind.PEER, "CN=old");
        assertThat(relay.log).containsExactly("stranger 0", "stranger 1", "CN=old");
        relay.log.addAll(said);
    }

    @Test
    void agentThatNeverSaysHelloIsCutOffAfterTheHandshakeTimeout() throws Exception {
        try (TestRelay impatient = TestRelay.start("relay.handshake-timeout", "2s");
                TestAgent peer = TestAgent.dial(impatient, TestSite.HOME.sslContext(), "TLSv1.3", Wire.ALPN)) {
            impatient.awaitLog("CN=home", "relay.handshake-timeout (2 s)");
        }
    }
}
