package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.ConnectionCounters;
import backhaul.transport.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may end a handshake, and until when. */
class HandshakeTest {
    private final ConnectionCounters admissions = new ConnectionCounters();
    private ServerSocket server;
    private Handshake handshake;
    private AgentSocket plain;
    private SSLSocket agent;

    @BeforeEach
    void connect() throws Exception {
        RelayConfig config = TestRelay.config(TestRelay.settings());
        RelayContext context = new RelayContext(
                config,
                TrustWatch.open(config),
                Backlog.inMemory(1 << 20),
                new Agents(1, 1, 1),
                admissions,
                Thread::new,
                Thread::new,
                new RelayLog());
        server = TlsListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        agent = (SSLSocket) TestSite.HOME.sslContext().getSocketFactory().createSocket();
        SSLParameters parameters = agent.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {Wire.ALPN});
        agent.setSSLParameters(parameters);
        agent.connect(server.getLocalSocketAddress());
        plain = (AgentSocket) server.accept();
        handshake = new Handshake(context, plain, new AddressLimit(1).take(plain.getInetAddress()));
    }

    @AfterEach
    void close() throws Exception {
        plain.close();
        agent.close();
        server.close();
    }

    private CompletableFuture<Peer> perform() {
        return CompletableFuture.supplyAsync(handshake::perform);
    }

    private boolean makeRoom() {
        return handshake.end(ConnectionCounters.Refusal.MAX_HANDSHAKES, "it made room for another");
    }

    private void hello() throws Exception {
        agent.getOutputStream().write("HELLO one\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void agentThatHasJustBeenLetInMakesNoRoomAndOutlivesTheAcceptor() throws Exception {
        CompletableFuture<Peer> performed = perform();
        hello();
        Peer peer = performed.get(20, TimeUnit.SECONDS);

        assertThat(makeRoom()).isFalse();
        handshake.abandon();
        assertThat(peer.plain().isClosed()).isFalse();
        assertThat(admissions.count(0).refused().values()).containsOnly(0L);
    }

    @Test
    void whoWasEndedIsNotLetInAndIsCountedOnce() throws Exception {
        assertThat(makeRoom()).isTrue();
        assertThat(handshake.perform()).isNull();
        assertThat(plain.isClosed()).isTrue();
        assertThat(refused()).isEqualTo(Map.of(ConnectionCounters.Refusal.MAX_HANDSHAKES, 1L));
    }

    @Test
    void whoIsTurnedAwayMakesRoom() throws Exception {
        CompletableFuture<Peer> performed = perform();
        hello();
        Peer peer = performed.get(20, TimeUnit.SECONDS);
        CompletableFuture<Void> turnedAway = CompletableFuture.runAsync(() ->
                handshake.refuse(peer, ConnectionCounters.Refusal.MAX_AGENTS, "relay.max-agents (1) are connected"));
        byte[] bye = new byte[3];
        assertThat(agent.getInputStream().readNBytes(bye, 0, 3)).isEqualTo(3);
        assertThat(makeRoom()).isTrue();
        turnedAway.get(20, TimeUnit.SECONDS);
        assertThat(refused()).isEqualTo(Map.of(ConnectionCounters.Refusal.MAX_AGENTS, 1L));
    }

    private Map<ConnectionCounters.Refusal, Long> refused() {
        Map<ConnectionCounters.Refusal, Long> refused = admissions.count(0).refused();
        refused.values().removeIf(count -> count == 0);
        return refused;
    }
}
