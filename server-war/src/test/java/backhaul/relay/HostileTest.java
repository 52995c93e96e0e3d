package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.pki.Credentials;
import backhaul.relay.status.ConnectionCounters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Malicious peers, with or without a certificate: each is disconnected, and nobody else is disturbed. */
class HostileTest {
    private final List<Socket> sockets = new ArrayList<>();

    /** A connection that sends nothing, from this address of the loopback network. */
    private Socket silent(TestRelay relay, String from) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(relay.tls(), 20_000);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** True once the relay has closed it, with or without a reset. */
    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void connectionAboveTheLimitOfItsAddressIsClosedAtOnce() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.max-per-address", "3")) {
            List<Socket> first =
                    List.of(silent(relay, "127.0.0.2"), silent(relay, "127.0.0.2"), silent(relay, "127.0.0.2"));
            Socket excess = silent(relay, "127.0.0.2");

            await().until(() -> isClosed(excess));
            relay.awaitLog(
                    "Connection closed: [127.0.0.2:" + excess.getLocalPort() + "]",
                    "127.0.0.2 has relay.max-per-address (3) connections already");
            assertThat(first).noneMatch(HostileTest::isClosed);
            try (TestAgent elsewhere = TestAgent.connect(relay)) {
                relay.send("one");
                assertThat(elsewhere.text()).isEqualTo("one");
            }

            first.get(0).close();
            await().until(() -> !isClosed(silent(relay, "127.0.0.2")));
        }
    }

    @Test
    void agentsAndHandshakesOfOneAddressCountTogether() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.max-per-address", "3");
                TestAgent first = TestAgent.connect(relay);
                TestAgent second = TestAgent.connect(relay)) {
            Socket third = silent(relay, "127.0.0.1");
            Socket fourth = silent(relay, "127.0.0.1");
            await().until(() -> isClosed(fourth));
            assertThat(isClosed(third)).isFalse();

            second.close();
            await().until(() -> relay.relay.connected().size() == 1);
            await().until(() -> !isClosed(silent(relay, "127.0.0.1")));
            relay.send("one");
            assertThat(first.text()).isEqualTo("one");
        }
    }

    @Test
    void crowdOfOneAddressPushesOutItsOwnHandshakesOnly() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.max-handshakes", "8", "relay.handshake-timeout", "1m")) {
            Socket lonely = silent(relay, "127.0.0.3"); // the oldest of all
            for (int i = 0; i < 100; i++) {
                silent(relay, "127.0.0.2");
            }
            relay.awaitLog(
                    "it made room for another, relay.max-handshakes (8) were under way, most of them from 127.0.0.2");
            await().until(() -> sockets.stream().filter(HostileTest::isClosed).count() == 101 - 8);
            assertThat(isClosed(lonely)).isFalse();
            assertThat(relay.log).noneMatch(line -> line.contains("[127.0.0.3:"));
        }
    }

    @Test
    void agentThatSendsControlLinesWithoutEndIsRefused() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent good = TestAgent.connect(relay);
                TestAgent flood = TestAgent.connect(relay)) {
            CompletableFuture<Void> flooding = flood(flood, "ALIVE\n".repeat(1_000));

            assertThat(flood.rest())
                    .endsWith("BYE refused it sends too much, an agent may send 64 KiB at once and 1 KiB a second\n");
            relay.awaitLog("Agent disconnected: CN=home", "it sends too much");
            flooding.get(20, TimeUnit.SECONDS);
            relay.send("one");
            assertThat(good.text()).isEqualTo("one");
        }
    }

    @Test
    void lineClientThatSendsMegabytesIsEnded() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent good = TestAgent.connect(relay);
                TestAgent flood = TestAgent.lines(relay)) {
            CompletableFuture<Void> flooding = flood(flood, "x".repeat(10_000));

            relay.awaitLog("Agent disconnected: CN=home", "it sends too much");
            flooding.get(20, TimeUnit.SECONDS);
            relay.send("one");
            assertThat(good.text()).isEqualTo("one");
        }
    }

    private static CompletableFuture<Void> flood(TestAgent agent, String text) {
        return repeat(() -> agent.say(text));
    }

    private interface Attack {
        void once() throws IOException;
    }

    /** Does this until the relay has enough of it, for 10 s at most; after its word the relay reads on for half a second. */
    private static CompletableFuture<Void> repeat(Attack attack) {
        return CompletableFuture.runAsync(() -> {
            try {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (System.nanoTime() - end < 0) {
                    attack.once();
                }
            } catch (IOException e) {
                return; // cut off, as it should be
            }
            throw new AssertionError("the relay takes it without end");
        });
    }

    @Test
    void agentThatUpdatesItsKeysWithoutEndIsRefused() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent good = TestAgent.connect(relay);
                TestAgent counted = TestAgent.connect(relay);
                TestAgent lines = TestAgent.lines(relay)) {
            for (TestAgent flood : List.of(counted, lines)) {
                CompletableFuture<Void> flooding = repeat(flood.tls::startHandshake); // in TLS 1.3: update the keys
                if (flood == counted) {
                    // It may learn by the reset of what it went on to write, instead.
                    assertThat(flood.restOrCut()).matches("(?s)(.*BYE refused \\Q" + AgentSocket.FLOODED + "\\E\n)?");
                }
                relay.awaitLog(
                        "Agent disconnected: CN=home",
                        ":" + flood.plain.getLocalPort() + "]",
                        "lost: it sent over 256 TLS records that bring no data, such as key updates");
                flooding.get(20, TimeUnit.SECONDS);
            }
            relay.send("one");
            assertThat(good.text()).isEqualTo("one");
        }
    }

    @Test
    void peerThatUpdatesItsKeysInsteadOfAHelloIsRefused() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.handshake-timeout", "1m");
                TestAgent flood = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", "syslog-relay/1")) {
            CompletableFuture<Void> flooding = repeat(flood.tls::startHandshake);
            relay.awaitLog("Agent refused: CN=home", AgentSocket.FLOODED);
            flooding.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void agentMayUpdateItsKeys() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent agent = TestAgent.connect(relay)) {
            for (int i = 0; i < 200; i++) {
                agent.tls.startHandshake();
                agent.say("ALIVE\n");
            }
            relay.send("one");
            assertThat(agent.text()).isEqualTo("one");
        }
    }

    @Test
    void agentsOfOneCertificateLeavePlacesForThoseOfAnother() throws Exception {
        Credentials other = TestSite.CA.agent("other").issue().credentials();
        try (TestRelay relay = TestRelay.start("relay.max-agents", "3", "relay.max-per-certificate", "2");
                TestAgent first = TestAgent.connect(relay, "first");
                TestAgent line = TestAgent.lines(relay);
                TestAgent excess = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", "syslog-relay/1")) {
            excess.say("HELLO excess\n");
            String why = "relay.max-per-certificate (2) are connected with this certificate";
            assertThat(excess.rest()).isEqualTo("BYE refused " + why + "\n");
            relay.awaitLog("Agent refused: CN=home", ":" + excess.plain.getLocalPort() + "]: " + why);
            assertThat(relay.relay.status().admissions().refused())
                    .containsEntry(ConnectionCounters.Refusal.MAX_PER_CERTIFICATE, 1L);

            try (TestAgent another = TestAgent.connect(relay, other)) {
                relay.send("one");
                assertThat(another.text()).isEqualTo("one");
            }
            try (TestAgent again = TestAgent.connect(relay, "first")) { // takes its old place
                assertThat(again.stream).startsWith("STREAM");
            }
            line.close();
            relay.awaitAgents(0);
            try (TestAgent next = TestAgent.connect(relay, "next")) {
                assertThat(next.stream).startsWith("STREAM");
            }
            assertThat(first.rest()).contains("BYE superseded");
        }
    }

    @Test
    void agentThatComesAndGoesInALoopFillsNoLog() throws Exception {
        Credentials other = TestSite.CA.agent("other").issue().credentials();
        List<String> said;
        try (TestRelay relay = TestRelay.with(new RelayLog(4))) {
            for (int i = 0; i < 30; i++) {
                TestAgent.connect(relay, "loop").close();
            }
            try (TestAgent another = TestAgent.connect(relay, other)) {
                relay.awaitLog("Agent connected: CN=other", ":" + another.plain.getLocalPort() + "]");
            }
            said = relay.log;
        }
        List<String> ofLoop =
                said.stream().filter(line -> line.contains("CN=home")).toList();
        assertThat(ofLoop).hasSizeBetween(5, 15); // a burst of four and the last, if all is fast
        assertThat(ofLoop.get(ofLoop.size() - 1))
                .matches("Agent .* \\(and \\d+ more of the kind since the last such line\\)");
    }

    @Test
    void agentThatSendsItsHeartbeatsAndSomeMoreIsNeverTakenForAFlood() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "500ms");
                TestAgent agent = TestAgent.connect(relay)) {
            for (int i = 0; i < 5; i++) {
                agent.say("ALIVE\nALIVE\nFUTURE a word of another version\nALIVE\n");
                assertThat(agent.line()).isEqualTo("ALIVE");
            }
            relay.send("one");
            assertThat(agent.text()).isEqualTo("one");
        }
    }

    @Test
    void agentThatSendsALineWithoutEndIsRefused() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent good = TestAgent.connect(relay);
                TestAgent endless = TestAgent.connect(relay)) {
            endless.say("A".repeat(2_000));
            assertThat(endless.rest()).startsWith("BYE refused a control line has at most 512 octets");
            relay.awaitLog("Agent disconnected: CN=home", "a control line has at most 512 octets");
            relay.send("one");
            assertThat(good.text()).isEqualTo("one");
        }
    }

    @Test
    void helloWithoutEndIsRefused() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent endless = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", "syslog-relay/1")) {
            endless.say("HELLO " + "x".repeat(100_000));
            relay.awaitLog("Agent refused", "a control line has at most 512 octets");
        }
    }

    @Test
    void whatIsRememberedOfAgentsThatCameAndWentIsBounded() throws Exception {
        Credentials other = TestSite.CA.agent("other").issue().credentials();
        try (TestRelay relay = TestRelay.start()) {
            TestAgent.connect(relay, other, "before").close();
            await().until(() -> relay.relay.status().departed().size() == 1);
            for (int i = 0; i < 66; i++) {
                try (TestAgent agent = TestAgent.connect(relay)) {
                    agent.say("BYE shutdown " + "x".repeat(400) + "\n");
                    agent.rest();
                }
            }
            await().until(() -> relay.relay.connected().isEmpty());
            assertThat(relay.relay.status().departed())
                    .hasSize(64)
                    .allMatch(gone -> gone.agent().reason().length() < 512)
                    .anyMatch(gone -> gone.agent().subject().startsWith("CN=other")); // pushed out by nobody else
        }
    }

    @Test
    void closeNotifyIsAnsweredAndLoggedAsAnEnd() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent counted = TestAgent.connect(relay);
                TestAgent lines = TestAgent.lines(relay)) {
            for (TestAgent agent : List.of(counted, lines)) {
                agent.tls.shutdownOutput();
                assertThat(agent.restToCloseNotify()).isEmpty();
                relay.awaitLog(
                        "Agent disconnected: CN=home",
                        ":" + agent.plain.getLocalPort() + "]",
                        "lost: it closed the connection");
            }
        }
    }

    @Test
    void closeNotifyIsSentWheneverTheRelayEndsAConnection() throws Exception {
        TestRelay relay = TestRelay.start();
        try (TestAgent garbage = TestAgent.connect(relay);
                TestAgent counted = TestAgent.connect(relay);
                TestAgent lines = TestAgent.lines(relay);
                TestAgent refused = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", "syslog-relay/1")) {
            refused.say("ALIVE\n");
            assertThat(refused.restToCloseNotify()).startsWith("BYE refused");
            garbage.say("garbage\n");
            assertThat(garbage.restToCloseNotify()).startsWith("BYE refused");
            Future<String> last = TestRelay.beside(counted::restToCloseNotify);
            Future<String> nothing = TestRelay.beside(lines::restToCloseNotify);
            relay.close();
            assertThat(last.get(20, TimeUnit.SECONDS)).startsWith("BYE shutdown");
            assertThat(nothing.get(20, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void streamThatEndsWithoutCloseNotifyIsLoggedAsBroken() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent counted = TestAgent.connect(relay);
                TestAgent lines = TestAgent.lines(relay)) {
            for (TestAgent agent : List.of(counted, lines)) {
                agent.plain.shutdownOutput();
                relay.awaitLog(
                        "Agent disconnected: CN=home",
                        ":" + agent.plain.getLocalPort() + "]",
                        "closed the connection without notice: it was stopped, or something on the path cut the connection");
            }
        }
    }
}
