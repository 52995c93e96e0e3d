package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.pki.TestCa;
import backhaul.relay.settings.RelayConfig;
import backhaul.transport.FreePort;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faults that keep a relay from starting, in one sentence that names the key; nothing is left behind. */
class StartTest {
    private Map<String, String> settings;

    @TempDir
    private Path directory;

    @BeforeEach
    void defaults() {
        settings = TestRelay.settings();
    }

    private void start(ThreadFactory threads) throws Exception {
        new RelayStarter(TestRelay.config(settings), threads, threads, new RelayLog())
                .start()
                .stop();
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ?> failure() {
        return assertThatThrownBy(() -> start(Thread::new)).isInstanceOf(RelayStarter.NotStartedException.class);
    }

    @Test
    void missingFileIsNamedWithItsKey() {
        for (String key :
                new String[] {"relay.tls.cert", "relay.tls.key", "relay.tls.key-passphrase-file", "relay.tls.ca"}) {
            defaults();
            settings.put(key, "/nowhere/file.pem");
            failure().hasMessageStartingWith(key + ": /nowhere/file.pem does not exist");
        }
    }

    @Test
    void keyOfAnotherCertificateIsSaid() {
        Path other = TestSite.CA.relay("other").issue().key();
        settings.put("relay.tls.key", other.toString());
        failure().hasMessageStartingWith("relay.tls.key: " + other + " is not the key of the certificate in ");
    }

    @Test
    void fileThatServesTwoKeysIsNamedWithBoth() throws Exception {
        Path both = Files.copy(TestSite.RELAY.certificate(), directory.resolve("both.pem"));
        settings.put("relay.tls.cert", both.toString());
        settings.put("relay.tls.key", both.toString());
        failure().hasMessageStartingWith("relay.tls.cert and relay.tls.key: " + both + " has no private key");
    }

    @Test
    void certificateOfAnAgentIsRefusedWithItsKey() {
        TestCa.Issued agent = TestSite.CA.agent("agent").issue();
        settings.put("relay.tls.cert", agent.certificate().toString());
        settings.put("relay.tls.key", agent.key().toString());
        failure().hasMessageStartingWith("relay.tls.cert: ").hasMessageContaining("is not a certificate for a relay");
    }

    @Test
    void missingIssuerIsAskedForWithTheChoice() {
        settings.remove("relay.tls.issuer");
        assertThatThrownBy(() -> start(Thread::new))
                .isInstanceOf(RelayConfig.Invalid.class)
                .hasMessageStartingWith("relay.tls.issuer is not set: give it the name of the CA")
                .hasMessageContaining(TestSite.CA.issuer());
    }

    @Test
    void issuerThatTheCaFileDoesNotHaveIsSaidWithTheChoice() {
        settings.put("relay.tls.issuer", "/O=Example/CN=Somebody");
        failure()
                .hasMessageStartingWith(
                        "relay.tls.issuer is /O=Example/CN=Somebody, but relay.tls.ca has no certificate"
                                + " of that name: by ")
                .hasMessageContaining(TestSite.CA.issuer());
    }

    /** A site whose lists may grow. */
    private TestCa anotherSite() {
        TestCa ca = TestSite.otherCa("Test");
        TestCa.Issued relay = ca.relay("relay", "DNS:localhost").issue();
        settings.put("relay.tls.cert", relay.certificate().toString());
        settings.put("relay.tls.key", relay.key().toString());
        settings.put("relay.tls.ca", relay.authorities().toString());
        return ca;
    }

    @Test
    void listThatKeepsNobodyOutIsSaid() {
        TestCa ca = anotherSite();
        settings.put("relay.tls.crl", ca.revokeIssuer().toString()); // the root's, not the issuer's
        failure()
                .hasMessageStartingWith("relay.tls.crl: ")
                .hasMessageContaining("has no revocation list of " + ca.issuer());
    }

    @Test
    void missingListIsNamedWithItsKey() {
        settings.put("relay.tls.crl", "/nowhere/crl.pem");
        failure().hasMessageStartingWith("relay.tls.crl: /nowhere/crl.pem does not exist");
    }

    @Test
    void startSaysWhoTheRelayIsAndWhomItLetsIn() throws Exception {
        TestCa ca = anotherSite();
        settings.put("relay.tls.crl", ca.revoke().toString());
        settings.put("relay.tls.allow", "cn:home; cn:office");
        RunningRelay relay =
                new RelayStarter(TestRelay.config(settings), Thread::new, Thread::new, new RelayLog()).start();
        relay.stop();
        List<String> lines = relay.describe();
        assertThat(lines.get(0))
                .matches("Relay started: syslog on UDP 127\\.0\\.0\\.1:\\d+, agents on TLS 127\\.0\\.0\\.1:\\d+,"
                        + " certificate CN=relay,O=Example \\(serial .*, valid until 20.*\\)");
        assertThat(lines.get(1))
                .matches("Own certificate: names DNS:localhost; chain CN=relay,O=Example < .*CN=Test Issuing CA,.*;"
                        + " relay\\.tls\\.key belongs to it");
        assertThat(lines.get(2))
                .startsWith("Agents let in: issued by " + ca.issuer()
                        + ", if on the allow-list of 2; a revocation list naming ")
                .contains("; CA ", "CN=Test Root CA");
        assertThat(lines.get(3))
                .matches(
                        "Ring of the newest messages: 32 MiB in memory, is new; stream \\p{XDigit}{16}, next message 0");
        assertThat(lines).hasSize(4);
    }

    @Test
    void udpPortInUseIsSaid() throws Exception {
        try (DatagramSocket other = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            settings.put("relay.udp.port", String.valueOf(other.getLocalPort()));
            failure()
                    .hasMessage("relay.udp.address and relay.udp.port: cannot listen on 127.0.0.1:"
                            + other.getLocalPort() + ": another program has this port");
        }
    }

    @Test
    void tlsPortInUseIsSaidAndTheUdpPortGivenBack() throws Exception {
        int udp = FreePort.next();
        settings.put("relay.udp.port", String.valueOf(udp));
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            settings.put("relay.tls.port", String.valueOf(other.getLocalPort()));
            failure().hasMessageStartingWith("relay.tls.address and relay.tls.port: cannot listen on 127.0.0.1:");
        }
        new DatagramSocket(udp, InetAddress.getByName("127.0.0.1")).close();
    }

    @Test
    void addressOfAnotherMachineIsSaid() {
        settings.put("relay.udp.address", "192.0.2.1");
        failure().hasMessageEndingWith("this machine does not have that address");
    }

    @Test
    void startThatFailsHalfWayLeavesNoSocketBehind() throws Exception {
        int udp = FreePort.next();
        int tls = FreePort.next();
        settings.put("relay.udp.port", String.valueOf(udp));
        settings.put("relay.tls.port", String.valueOf(tls));
        assertThatThrownBy(() -> start(loop -> {
                    throw new OutOfMemoryError("unable to create native thread");
                }))
                .isInstanceOf(RelayStarter.NotStartedException.class)
                .hasMessageContaining("unable to create native thread");
        new DatagramSocket(udp, InetAddress.getByName("127.0.0.1")).close();
        FreePort.reopen(port -> new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")), tls)
                .close();
        assertThat(udp).isPositive();
    }

    @Test
    void agentWithoutAThreadLeavesNoPlaceTaken() throws Exception {
        int[] threads = {0};
        RunningRelay relay = new RelayStarter(
                        TestRelay.config(settings),
                        loop -> {
                            if (++threads[0] > 2) { // receiver and acceptor come first
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                            return new Thread(loop);
                        },
                        Thread::new,
                        new RelayLog())
                .start();
        try (java.net.Socket plain = new java.net.Socket(
                relay.tlsAddress().getAddress(), relay.tlsAddress().getPort())) {
            var context = TestSite.CA.agent("home").issue().credentials().sslContext();
            try (var tls = (javax.net.ssl.SSLSocket) context.getSocketFactory()
                    .createSocket(plain, "localhost", relay.tlsAddress().getPort(), true)) {
                tls.setEnabledProtocols(new String[] {backhaul.pki.Tls.VERSION});
                tls.setSoTimeout(20_000);
                assertThat(tls.getInputStream().read()).isEqualTo(-1);
            }
            org.awaitility.Awaitility.await().until(() -> relay.connected().isEmpty());
        } finally {
            relay.stop();
        }
    }
}
