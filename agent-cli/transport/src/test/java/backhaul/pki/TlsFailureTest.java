package backhaul.pki;

import static backhaul.pki.TlsPair.agent;
import static backhaul.pki.TlsPair.relay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import backhaul.pki.TlsFailure.Side;
import backhaul.pki.TlsPair.Outcome;
import backhaul.transport.Wire;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsFailureTest {
    private static final String AT_RELAY = "192.0.2.7:50022 ";
    private static final String AT_AGENT = "relay.example:6514 ";

    @TempDir
    static Path directory;

    private static TestCa ca;
    private static TestCa twin;
    private static TestCa stranger;
    private static SSLContext goodRelay;
    private static SSLContext goodAgent;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
        twin = TestCa.create(directory);
        stranger = TestCa.create(directory, "Stranger");
        goodRelay = context(ca.relay("relay", "DNS:localhost"));
        goodAgent = agentOf("localhost");
    }

    private static SSLContext context(TestCa.Request request) {
        return request.issue().credentials().sslContext();
    }

    /** An agent that dials a relay by this name. */
    private static SSLContext agentOf(String relay) {
        return ca.agent("home").issue().credentials().sslContext(relay);
    }

    /** Shows the certificate of one CA and trusts another. */
    private static SSLContext mixed(TestCa.Issued own, TestCa trusted) throws PemException {
        Credentials credentials = own.credentials();
        return new Credentials(credentials.key(), credentials.chain(), Pem.certificates(trusted.caFile())).sslContext();
    }

    private static Outcome relayWith(TestCa.Request request) throws Exception {
        return TlsPair.run(relay(context(request)), agent(goodAgent));
    }

    private static Outcome agentWith(TestCa.Request request) throws Exception {
        return TlsPair.run(relay(goodRelay), agent(context(request)));
    }

    private static void assertRefusedByAgent(Outcome outcome, String... words) {
        assertThat(outcome.atAgent())
                .startsWith("the certificate of " + AT_AGENT)
                .contains(words);
        assertThat(outcome.atRelay()).startsWith(AT_RELAY).contains("our certificate");
        assertSentences(outcome);
    }

    private static void assertRefusedByRelay(Outcome outcome, String... words) {
        assertThat(outcome.atRelay())
                .startsWith("the certificate of " + AT_RELAY)
                .contains(words);
        assertThat(outcome.atAgent()).startsWith(AT_AGENT).contains("our certificate");
        assertSentences(outcome);
    }

    private static void assertSentences(Outcome outcome) {
        assertThat(List.of(outcome.atRelay(), outcome.atAgent()))
                .allSatisfy(sentence -> assertThat(sentence)
                        .doesNotContain("\n")
                        .doesNotEndWith(".")
                        .contains(": "));
    }

    @Test
    void goodCertificatesConnect() throws Exception {
        assertThat(TlsPair.run(relay(goodRelay), agent(goodAgent))).isEqualTo(new Outcome(null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ed25519"})
    void goodCertificatesOfOtherKeysConnect(String algorithm) throws Exception {
        SSLContext own = context(ca.relay("relay", "DNS:localhost").key(algorithm));
        SSLContext other = context(ca.agent("home").key(algorithm));
        assertThat(TlsPair.run(relay(own), agent(other))).isEqualTo(new Outcome(null, null));
    }

    @Test
    void hardenedSocketsSpeakTls13Alone() throws Exception {
        TlsPair.run(
                relay(
                        goodRelay,
                        socket -> assertThat(socket.getEnabledProtocols()).containsExactly("TLSv1.3")),
                agent(
                        goodAgent,
                        socket -> assertThat(socket.getEnabledProtocols()).containsExactly("TLSv1.3")));
    }

    // Certificates

    @Test
    void relayOfAnotherCa() throws Exception {
        SSLContext strange = mixed(stranger.relay("relay", "DNS:localhost").issue(), ca);
        assertRefusedByAgent(TlsPair.run(relay(strange), agent(goodAgent)), "not issued by a CA in our CA file");
    }

    @Test
    void agentOfAnotherCa() throws Exception {
        SSLContext strange = mixed(stranger.agent("home").issue(), ca);
        assertRefusedByRelay(TlsPair.run(relay(goodRelay), agent(strange)), "not issued by a CA in our CA file");
    }

    @Test
    void caMadeAnewUnderItsName() throws Exception {
        SSLContext remade = mixed(twin.agent("home").issue(), ca);
        Outcome outcome = TlsPair.run(relay(goodRelay), agent(remade));
        assertRefusedByRelay(outcome, "not issued by a CA in our CA file", "recreated");
    }

    @Test
    void relayOfAnotherName() throws Exception {
        assertRefusedByAgent(
                relayWith(ca.relay("relay", "DNS:other.example")), "is for other.example, not for localhost: ");
    }

    @Test
    void relayWithoutTheAddressThatWasDialled() throws Exception {
        Outcome outcome = TlsPair.run(relay(goodRelay), agent(agentOf("127.0.0.1")));
        assertRefusedByAgent(outcome, "is for localhost, not for 127.0.0.1: ");
    }

    @Test
    void relayWithTheAddressThatWasDialledConnects() throws Exception {
        SSLContext numbered = context(ca.relay("relay", "IP:127.0.0.1"));
        assertThat(TlsPair.run(relay(numbered), agent(agentOf("127.0.0.1")))).isEqualTo(new Outcome(null, null));
    }

    @Test
    void relayExpired() throws Exception {
        assertRefusedByAgent(relayWith(ca.relay("r", "DNS:localhost").expired()), "has expired", "renew");
    }

    @Test
    void agentExpired() throws Exception {
        assertRefusedByRelay(agentWith(ca.agent("home").expired()), "has expired", "renew");
    }

    @Test
    void relayNotYetValid() throws Exception {
        assertRefusedByAgent(relayWith(ca.relay("r", "DNS:localhost").notYetValid()), "not yet valid", "clock");
    }

    @Test
    void agentNotYetValid() throws Exception {
        assertRefusedByRelay(agentWith(ca.agent("home").notYetValid()), "not yet valid", "clock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "clientAuth", "anyExtendedKeyUsage"})
    void relayWithoutServerAuth(String usage) throws Exception {
        assertRefusedByAgent(
                relayWith(ca.relay("r", "DNS:localhost").usage(usage)), "not a certificate for a relay", "serverAuth");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "serverAuth", "anyExtendedKeyUsage"})
    void agentWithoutClientAuth(String usage) throws Exception {
        assertRefusedByRelay(agentWith(ca.agent("home").usage(usage)), "not a certificate for an agent", "clientAuth");
    }

    @Test
    void agentWithoutACertificate() throws Exception {
        SSLContext nobody = SSLContext.getInstance("TLSv1.3");
        nobody.init(null, new TrustManager[] {new AuthorityTrustManager(Pem.certificates(ca.caFile()))}, null);
        Outcome outcome = TlsPair.run(relay(goodRelay), agent(nobody));
        assertThat(outcome.atRelay()).isEqualTo(AT_RELAY + "showed no certificate: give it one from our CA");
        // Depends on the relay's JDK: newer ones send the alert of RFC 8446, as OpenSSL does, see below.
        assertThat(outcome.atAgent())
                .startsWith(AT_AGENT)
                .containsAnyOf("refused our certificate (bad_certificate)", "requires a certificate and got none");
        assertSentences(outcome);
    }

    @Test
    void certificateIsRequired() throws Exception {
        TestCa.Issued relay = ca.relay("relay", "DNS:localhost").issue();
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:0",
                        "-tls1_3",
                        "-Verify",
                        "1",
                        "-cert",
                        relay.leaf().toString(),
                        "-key",
                        relay.key().toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = openssl.inputReader()) {
            String line;
            do {
                line = out.readLine();
            } while (!line.startsWith("ACCEPT "));
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            SSLContext nobody = SSLContext.getInstance("TLSv1.3");
            nobody.init(null, new TrustManager[] {new AuthorityTrustManager(Pem.certificates(ca.caFile()))}, null);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(TlsPair.TIMEOUT);
                Throwable failure = catchThrowable(() -> agent(nobody).play(socket));
                assertThat(TlsFailure.explain(failure, Side.AGENT, "relay.example:6514"))
                        .startsWith(AT_AGENT + "requires a certificate and got none that it can use");
            }
        } finally {
            openssl.destroyForcibly();
        }
    }

    @Test
    void relayRevoked() throws Exception {
        TestCa.Issued revoked = ca.relay("relay", "DNS:localhost").issue();
        SSLContext knowing = ca.agent("home")
                .issue()
                .credentials()
                .with(ca.revoke(revoked), Revocations.Outdated.ACCEPT)
                .sslContext("localhost");
        Outcome outcome = TlsPair.run(relay(revoked.credentials().sslContext()), agent(knowing));
        assertRefusedByAgent(outcome, "was revoked on ", "have the CA issue a new one");
    }

    @Test
    void agentRevoked() {
        TestCa.Issued revoked = ca.agent("stolen").issue();
        Throwable refusal = catchThrowable(() -> ca.relay("relay", "DNS:localhost")
                .issue()
                .credentials()
                .with(ca.revoke(revoked), Revocations.Outdated.ACCEPT)
                .checkClient(revoked.credentials().chain()));
        assertThat(TlsFailure.explain(refusal, Side.RELAY, "192.0.2.7:50022"))
                .startsWith("the certificate of " + AT_RELAY)
                .contains("was revoked on ", "have the CA issue a new one");
    }

    @Test
    void relayNotInAListThatIsOutOfDateAndRefused() throws Exception {
        SSLContext strict = ca.agent("home")
                .issue()
                .credentials()
                .with(ca.revoke(Instant.now().minusSeconds(60)), Revocations.Outdated.REFUSE)
                .sslContext("localhost");
        assertRefusedByAgent(
                TlsPair.run(relay(goodRelay), agent(strict)),
                "is not accepted, because the revocation list of ",
                " has been out of date since ",
                "make a new list with backhaul-ca crl");
    }

    @Test
    void refusalReachesTheAgentOnItsFirstRead() throws Exception {
        CountDownLatch shaken = new CountDownLatch(1);
        SSLContext strange = mixed(stranger.agent("home").issue(), ca);
        Outcome outcome = TlsPair.run(
                relay(goodRelay),
                agent(strange, socket -> socket.addHandshakeCompletedListener(e -> shaken.countDown())));
        shaken.await();
        assertThat(outcome.atAgent()).contains("refused our certificate (certificate_unknown)", "its log says why");
    }

    // Another protocol

    @Test
    void relaySpeaksPlainText() throws Exception {
        for (String greeting :
                List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example ESMTP\r\n", "SSH-2.0-x\r\n")) {
            Outcome outcome = TlsPair.run(
                    socket -> socket.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII)),
                    agent(goodAgent));
            assertThat(outcome.atAgent())
                    .isEqualTo(AT_AGENT + "speaks plain text such as HTTP, not TLS: check the port");
        }
    }

    @Test
    void agentSpeaksPlainText() throws Exception {
        for (String request : List.of("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "<13>hello\n", "\0\0\0\0\0\0\0\0\0\0")) {
            Outcome outcome = TlsPair.run(
                    relay(goodRelay),
                    socket -> socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII)));
            assertThat(outcome.atRelay()).as(request).contains("speaks plain text such as HTTP, not TLS");
        }
    }

    private static void tls12(SSLSocket socket) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
    }

    @Test
    void relaySpeaksAnOlderTls() throws Exception {
        Outcome outcome = TlsPair.run(relay(goodRelay, TlsFailureTest::tls12), agent(goodAgent));
        assertThat(outcome.atAgent()).startsWith(AT_AGENT).contains("does not speak TLS 1.3");
        assertSentences(outcome);
    }

    @Test
    void agentSpeaksAnOlderTls() throws Exception {
        Outcome outcome = TlsPair.run(relay(goodRelay), agent(goodAgent, TlsFailureTest::tls12));
        assertThat(outcome.atRelay()).startsWith(AT_RELAY).contains("does not speak TLS 1.3");
        assertThat(outcome.atAgent()).contains("does not speak TLS 1.3 (protocol_version)");
        assertSentences(outcome);
    }

    private static void alpn(SSLSocket socket, String name) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {name});
        socket.setSSLParameters(parameters);
    }

    @Test
    void peersOfDifferentApplications() throws Exception {
        Outcome outcome = TlsPair.run(
                relay(goodRelay, socket -> alpn(socket, Wire.ALPN)), agent(goodAgent, socket -> alpn(socket, "h2")));
        assertThat(outcome.atRelay())
                .isEqualTo(AT_RELAY + "does not speak syslog-relay/1: it is not Backhaul, or another version of it");
        assertThat(outcome.atAgent()).contains("does not speak syslog-relay/1 (no_application_protocol)");
    }

    @Test
    void nameOfTheAlertInFrontIsDropped() {
        assertThat(explain(new SSLException("(certificate_unknown) The moon is full.")))
                .contains(": The moon is full (");
    }

    @Test
    void everyAlertIsASentence() {
        for (String alert : List.of(
                "unknown_ca",
                "access_denied",
                "certificate_revoked",
                "decrypt_error",
                "handshake_failure",
                "unrecognized_name",
                "internal_error",
                "user_canceled",
                "some_new_alert")) {
            for (Side side : Side.values()) {
                assertThat(TlsFailure.explain(new SSLException("Received fatal alert: " + alert), side, "peer"))
                        .startsWith("peer ")
                        .doesNotEndWith(".");
            }
        }
    }

    // The network

    private static void await(Socket socket) throws IOException {
        socket.getInputStream().read();
    }

    private static TlsPair.Role reset() {
        return socket -> {
            await(socket);
            socket.setSoLinger(true, 0);
            socket.close();
        };
    }

    @Test
    void relayResetsDuringTheHandshake() throws Exception {
        assertThat(TlsPair.run(reset(), agent(goodAgent)).atAgent())
                .startsWith(AT_AGENT + "reset the connection during the TLS handshake");
    }

    @Test
    void agentResetsDuringTheHandshake() throws Exception {
        TlsPair.Role beginningOfAHello = socket -> {
            socket.getOutputStream().write(new byte[] {22, 3, 1});
            socket.setSoLinger(true, 0);
            socket.close();
        };
        assertThat(TlsPair.run(relay(goodRelay), beginningOfAHello).atRelay())
                .startsWith(AT_RELAY + "reset the connection during the TLS handshake");
    }

    @Test
    void relayEndsDuringTheHandshake() throws Exception {
        Outcome outcome = TlsPair.run(Socket::shutdownOutput, agent(goodAgent));
        assertThat(outcome.atAgent()).startsWith(AT_AGENT + "closed the connection during the TLS handshake");
    }

    @Test
    void agentEndsDuringTheHandshake() throws Exception {
        Outcome outcome = TlsPair.run(relay(goodRelay), Socket::shutdownOutput);
        assertThat(outcome.atRelay()).startsWith(AT_RELAY + "closed the connection during the TLS handshake");
    }

    @Test
    void relayIsSilentDuringTheHandshake() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Outcome outcome = TlsPair.run(socket -> ended.await(), socket -> {
            socket.setSoTimeout(50);
            try {
                agent(goodAgent).play(socket);
            } finally {
                ended.countDown();
            }
        });
        assertThat(outcome.atAgent()).startsWith(AT_AGENT + "did not finish the TLS handshake in time");
    }

    @Test
    void agentIsSilentDuringTheHandshake() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Outcome outcome = TlsPair.run(
                socket -> {
                    socket.setSoTimeout(50);
                    try {
                        relay(goodRelay).play(socket);
                    } finally {
                        ended.countDown();
                    }
                },
                socket -> ended.await());
        assertThat(outcome.atRelay()).startsWith(AT_RELAY + "did not finish the TLS handshake in time");
    }

    /** An agent that does more after the handshake than the relay expects. */
    private static Outcome afterTheHandshake(TlsPair.Role relayThen, int agentTimeout) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        return TlsPair.run(
                socket -> {
                    SSLSocket tls = (SSLSocket)
                            goodRelay.getSocketFactory().createSocket(socket, InputStream.nullInputStream(), false);
                    tls.setEnabledProtocols(new String[] {Tls.VERSION});
                    tls.startHandshake();
                    tls.getInputStream().read();
                    relayThen.play(socket);
                    ended.await();
                },
                socket -> {
                    SSLSocket tls = (SSLSocket)
                            goodAgent.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), false);
                    tls.setEnabledProtocols(new String[] {Tls.VERSION});
                    try {
                        tls.startHandshake();
                        tls.getOutputStream().write('a');
                        socket.setSoTimeout(agentTimeout);
                        int read = tls.getInputStream().read();
                        throw new IOException("read " + read);
                    } finally {
                        ended.countDown();
                    }
                });
    }

    @Test
    void silenceAfterTheHandshake() throws Exception {
        assertThat(afterTheHandshake(socket -> {}, 50).atAgent())
                .startsWith("nothing was heard from " + AT_AGENT + "in time");
    }

    @Test
    void endWithoutFarewellReadsAsAnEnd() throws Exception {
        // The JDK does not distinguish a FIN without close_notify from an orderly end.
        assertThat(afterTheHandshake(Socket::shutdownOutput, TlsPair.TIMEOUT).agent())
                .hasMessage("read -1");
        assertThat(explain(new EOFException())).startsWith("peer closed the connection without notice");
    }

    @Test
    void resetAfterTheHandshake() throws Exception {
        TlsPair.Role reset = socket -> {
            socket.setSoLinger(true, 0);
            socket.close();
        };
        assertThat(afterTheHandshake(reset, TlsPair.TIMEOUT).atAgent()).startsWith(AT_AGENT + "reset the connection (");
    }

    private static String dialled(InetSocketAddress address, int timeout) {
        try (Socket socket = new Socket()) {
            socket.connect(address, timeout);
            return "connected";
        } catch (IOException e) {
            return TlsFailure.explain(e, Side.AGENT, "relay.example:6514");
        }
    }

    @Test
    void nameIsNotFound() {
        // RFC 6761: this one never exists, with or without a resolver.
        Throwable failure = catchThrowable(() -> InetAddress.getAllByName("relay.invalid"));
        assertThat(TlsFailure.explain(failure, Side.AGENT, "relay.invalid:514"))
                .startsWith("the name of relay.invalid:514 ")
                .containsAnyOf("was not found in the DNS", "this machine's resolver does not answer");
    }

    @Test
    void closedPortRefuses() throws Exception {
        InetSocketAddress closed;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = (InetSocketAddress) server.getLocalSocketAddress();
        }
        assertThat(dialled(closed, TlsPair.TIMEOUT)).startsWith(AT_AGENT + "refused the connection");
    }

    @Test
    void fullPortDoesNotAnswer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            List<Socket> queue = new ArrayList<>();
            String failure = "connected";
            // The kernel accepts a few more than the backlog, then stops answering.
            while (failure.equals("connected") && queue.size() < 16) {
                Socket socket = new Socket();
                queue.add(socket);
                try {
                    socket.connect(address, 200);
                } catch (IOException e) {
                    failure = TlsFailure.explain(e, Side.AGENT, "relay.example:6514");
                }
            }
            for (Socket socket : queue) {
                socket.close();
            }
            assertThat(failure).startsWith(AT_AGENT + "did not answer in time (connect time-out)");
        }
    }

    @Test
    void closedUdpPortIsUnreachable() throws Exception {
        int port;
        try (DatagramSocket closed = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TlsPair.TIMEOUT);
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.send(new DatagramPacket(new byte[1], 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
        } catch (IOException e) {
            assertThat(TlsFailure.explain(e, Side.AGENT, "127.0.0.1:514"))
                    .startsWith("nothing listens on the UDP port of 127.0.0.1:514 (port unreachable)");
            return;
        }
        assertThat("an exception").isNull();
    }

    @Test
    void closingOnThisSideIsSaid() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            socket.close();
            socket.getInputStream().read();
        } catch (IOException e) {
            assertThat(TlsFailure.explain(e, Side.AGENT, "relay.example:6514"))
                    .isEqualTo("the connection to relay.example:6514 was closed on this side");
        }
    }

    @Test
    void whatOnlyANetworkCanProvokeHasASentenceToo() {
        assertThat(explain(new UnknownHostException("relay.example"))).contains("was not found in the DNS");
        assertThat(explain(new UnknownHostException("relay.example: Temporary failure in name resolution")))
                .contains("could not be looked up");
        assertThat(explain(new SocketException("Operation not permitted"))).contains("firewall");
        assertThat(explain(new ConnectException("Network is unreachable")))
                .contains("network of peer cannot be reached");
        assertThat(explain(new SocketException("Network is unreachable")))
                .contains("network of peer cannot be reached");
        assertThat(explain(new NoRouteToHostException("No route to host"))).contains("no route to peer");
        assertThat(explain(new ConnectException("Connection timed out"))).contains("connect time-out");
        assertThat(explain(new SocketException("Connection timed out"))).contains("nothing was heard from peer");
        assertThat(explain(new ConnectException("Verbindungsaufbau abgelehnt"))).contains("nothing listens there");
        assertThat(explain(new SocketException("Broken pipe"))).contains("reset the connection");
    }

    /** Words of the JDK, some of which only a machine without IPv6 or a peer with few algorithms provokes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Protocol family unavailable",
                "Address family not supported by protocol",
                "IPv6 not available on this platform",
                "Invalid argument",
                "Too many open files"
            })
    void whatTheSystemSaysInTwoWordsHasAWayOut(String words) {
        assertThat(explain(new SocketException(words)))
                .contains("peer", ": ")
                .containsAnyOf("IPv4 address", "[fe80::1%eth0]", "LimitNOFILE=")
                .doesNotContain(words, "java.");
    }

    @Test
    void anInterfaceThatIsNotThereIsNoNameInTheDns() {
        Throwable failure = catchThrowable(() -> InetAddress.getByName("fe80::1%nowhere"));
        assertThat(explain(failure))
                .isEqualTo("this machine does not have the network interface in the address of peer (no such interface"
                        + " nowhere): run ip link to list its interfaces");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "No supported CertificateVerify signature algorithm for EC key",
                "(handshake_failure) No supported CertificateVerify signature algorithm for EC  key",
                "No available authentication scheme"
            })
    void aKeyThatThePeerDoesNotKnowHasAWayOut(String words) {
        assertThat(explain(new SSLHandshakeException(words)))
                .isEqualTo(
                        "peer has no TLS 1.3 algorithm in common with us: it may not support our type of key, make one of"
                                + " a common type (EC P-256 or RSA) and have the CA sign it");
    }

    private static String explain(Throwable failure) {
        return TlsFailure.explain(failure, Side.AGENT, "peer");
    }

    // The rest

    @Test
    void unknownFailureKeepsItsMessageAndClass() {
        assertThat(explain(new IllegalStateException("the moon\nis full.\n")))
                .isEqualTo("the connection to peer failed: the moon\\u000ais full (java.lang.IllegalStateException)");
        assertThat(explain(new IOException((String) null)))
                .isEqualTo("the connection to peer failed: no message (java.io.IOException)");
    }

    @Test
    void nothingFromThePeerForgesALine() {
        String sentence = TlsFailure.explain(
                new IOException("x\n<13>forged" + "y".repeat(5_000)),
                Side.RELAY,
                "CN=a\r\n<13>forged" + "z".repeat(5_000));
        assertThat(sentence).doesNotContain("\n", "\r").hasSizeLessThan(1_000);
    }

    @Test
    void circleOfCausesEnds() {
        IOException one = new IOException("one");
        one.initCause(new IOException("two", one));
        assertThat(explain(one)).contains("one");
    }

    @Test
    void missingPeerIsReplacedByItsRole() {
        assertThat(TlsFailure.explain(new ConnectException("Connection refused"), Side.AGENT, null))
                .startsWith("the relay refused");
        assertThat(TlsFailure.explain(null, Side.RELAY, "")).contains("the agent");
    }
}
