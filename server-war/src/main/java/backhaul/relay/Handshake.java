package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.pki.DistinguishedName;
import backhaul.pki.Tls;
import backhaul.pki.TlsFailure;
import backhaul.pki.UntrustedException;
import backhaul.relay.status.ConnectionCounters;
import backhaul.relay.status.Text;
import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;

/**
 * Takes an accepted socket to an agent that is let in, or to a line in the log that says why not. Runs on a thread of
 * its own; housekeeping calls {@link #sweep}, because a time-out per read would let a peer that sends a byte now and
 * then stay forever.
 */
final class Handshake {
    /** How long a refused peer has to read the reason before the socket is closed. */
    private static final Duration LINGER = Duration.ofMillis(500);

    private enum State {
        UNDERWAY,
        /** Only the agent's connection ends it from now on. */
        LET_IN,
        /** The peer still has to read the reason. */
        TURNED_AWAY
    }

    /** The reason why another thread ended it. */
    private record CutOff(ConnectionCounters.Refusal why, String text) {}

    private final RelayContext context;
    private final RelayLog log;
    private final AgentSocket plain;
    private final AddressLimit.Permit permit;
    private final String address;
    private final long deadline;
    private CutOff cutOff; // by another thread, while it was under way; guarded by this
    private State state = State.UNDERWAY; // guarded by this

    Handshake(RelayContext context, AgentSocket plain, AddressLimit.Permit permit) {
        this.context = context;
        this.log = context.log();
        this.plain = plain;
        this.permit = permit;
        this.address = Text.peer((InetSocketAddress) plain.getRemoteSocketAddress());
        this.deadline = System.nanoTime() + context.config().handshakeTimeout().toNanos();
    }

    /** The place that it takes among its caller's connections. */
    AddressLimit.Permit permit() {
        return permit;
    }

    /** Returns the agent, or null: the socket is closed then, and the log has the reason. */
    Peer perform() {
        SSLSocket tls = null;
        X509Certificate certificate = null;
        try {
            tls = context.trust().current().endpoint().secure(plain);
            tls.startHandshake();
            plain.secured();
            List<X509Certificate> chain = Tls.chain(tls);
            certificate = chain.get(0);
            PeerPolicy.Authorization authorization =
                    context.trust().current().policy().check(chain);
            AgentInput input = new AgentInput(tls.getInputStream(), plain);
            ControlReader in = null;
            Hello hello = null;
            if (Wire.ALPN.equals(tls.getApplicationProtocol())) {
                in = new ControlReader(input);
                hello = Hello.parse(in.next());
            }
            String subject =
                    DistinguishedName.of(certificate.getSubjectX500Principal()).toString();
            letIn();
            return new Peer(subject, address, chain, authorization, hello, plain, tls, input, in);
        } catch (PeerRefusedException | ProtocolException e) {
            String line = who(certificate) + ": " + e.getMessage();
            refused(ConnectionCounters.Refusal.POLICY, kind(certificate, certificate), certificate, line);
            sayWhy(tls, e instanceof PeerRefusedException refused ? refused.word() : "refused", e.getMessage());
        } catch (IOException | RuntimeException e) {
            X509Certificate shown = certificate == null ? UntrustedException.certificateOf(e) : certificate;
            refused(
                    ConnectionCounters.Refusal.TLS,
                    kind(certificate, shown),
                    shown,
                    plain.hasFlooded()
                            ? who(shown) + ": " + AgentSocket.FLOODED
                            : TlsFailure.explain(e, TlsFailure.Side.RELAY, who(shown)));
        }
        closeGently();
        return null;
    }

    /** Turns away a peer that was let in, because there is no room. */
    void refuse(Peer peer, ConnectionCounters.Refusal why, String text) {
        refused(why, RelayLog.Kind.REFUSED, peer.certificate(), peer.name() + ": " + text);
        sayWhy(peer.tls(), "refused", text);
        closeGently();
    }

    /** Refuses the peer for {@code why}, unless another thread has ended it for another reason. */
    private void refused(ConnectionCounters.Refusal why, RelayLog.Kind kind, X509Certificate shown, String line) {
        CutOff cut = turnAway();
        context.admissions().refused(cut == null ? why : cut.why());
        log.repeatable(
                kind,
                kind == RelayLog.Kind.REFUSED ? shown : null,
                "Agent refused: " + (cut == null ? line : who(shown) + ": " + cut.text()));
    }

    /** @param known the certificate, once TLS has accepted it */
    private static RelayLog.Kind kind(X509Certificate known, X509Certificate shown) {
        if (known != null) {
            return RelayLog.Kind.REFUSED;
        }
        return shown == null ? RelayLog.Kind.STRANGER : RelayLog.Kind.PEER;
    }

    private synchronized void letIn() throws SocketException {
        if (cutOff != null) {
            throw new SocketException("closed");
        }
        state = State.LET_IN;
    }

    /** Returns the reason why another thread has ended it; null if none has. */
    private synchronized CutOff turnAway() {
        state = State.TURNED_AWAY;
        return cutOff;
    }

    private String who(X509Certificate certificate) {
        return certificate == null ? address : Certificates.describe(certificate) + " " + address;
    }

    private static void sayWhy(SSLSocket tls, String word, String why) {
        try {
            if (Wire.ALPN.equals(tls.getApplicationProtocol())) {
                tls.getOutputStream().write(ControlLine.of(Wire.BYE, word, why).octets());
            }
            tls.shutdownOutput();
        } catch (IOException e) {
            // It has gone already; the log has the reason.
        }
    }

    /** Lets the peer read the last words: a close with unread bytes in the buffer would reset the connection. */
    private void closeGently() {
        long until = System.nanoTime() + LINGER.toNanos();
        try (plain) {
            plain.shutdownOutput();
            byte[] ignored = new byte[4096];
            long left;
            while ((left = until - System.nanoTime()) > 0) {
                plain.setSoTimeout((int) Math.max(1, left / 1_000_000));
                if (plain.rawInput().read(ignored) < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // Closed all the same.
        }
    }

    /** Cuts the connection if its time is up. Runs on housekeeping. */
    void sweep(long now) {
        if (now - deadline > 0 && isUnderway()) {
            end(
                    ConnectionCounters.Refusal.TIMEOUT,
                    "no complete handshake within relay.handshake-timeout ("
                            + Text.duration(context.config().handshakeTimeout()) + ")");
        }
    }

    private synchronized boolean isUnderway() {
        return state == State.UNDERWAY;
    }

    /**
     * Ends it for a reason that its peer has not given. Does nothing and returns false if the agent has been let in.
     * Any thread.
     */
    synchronized boolean end(ConnectionCounters.Refusal why, String text) {
        if (state == State.LET_IN) {
            return false;
        }
        if (state == State.UNDERWAY && cutOff == null) {
            cutOff = new CutOff(why, text);
        }
        cut();
        return true;
    }

    /** Cuts it, whatever it is doing, unless the agent has been let in. */
    synchronized void abandon() {
        if (state != State.LET_IN) {
            cut();
        }
    }

    void cut() {
        try {
            plain.close();
        } catch (IOException e) {
            // It is gone, which is what we want.
        }
    }
}
