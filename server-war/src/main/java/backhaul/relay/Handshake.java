package backhaul.relay;

import backhaul.transport.Certificates;
import backhaul.transport.ControlLine;
import backhaul.transport.DistinguishedName;
import backhaul.transport.TlsFailure;
import backhaul.transport.UntrustedException;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * From an accepted socket to an agent that is let in, or to a line in the log that says why not. Runs on a thread of
 * its own; housekeeping calls {@link #sweep}, since a time-out per read would let a peer that sends an octet now and
 * then stay for ever.
 */
final class Handshake {
    /** How long a refused peer gets to read why, before the socket is closed. */
    private static final Duration LINGER = Duration.ofMillis(500);

    /** Why somebody else ended it. */
    private record CutOff(Admissions.Refusal why, String text) {}

    private final RelayContext context;
    private final AgentSocket plain;
    private final Callers.Place place;
    private final String address;
    private final long deadline;
    private volatile CutOff cutOff; // by somebody else; read by the handshake's thread after its socket failed
    private volatile boolean over; // the handshake's thread; read by housekeeping

    Handshake(RelayContext context, AgentSocket plain, Callers.Place place) {
        this.context = context;
        this.plain = plain;
        this.place = place;
        this.address = Text.peer((InetSocketAddress) plain.getRemoteSocketAddress());
        this.deadline = System.nanoTime() + context.config().handshakeTimeout().toNanos();
    }

    /** Whose it is, and how many more they may have. */
    Callers.Place place() {
        return place;
    }

    /** The agent, or null: the socket is closed then, and the log has said why. */
    Peer perform() {
        SSLSocket tls = null;
        X509Certificate certificate = null;
        try {
            tls = context.trust().current().endpoint().secure(plain);
            tls.startHandshake();
            List<X509Certificate> chain = chain(tls);
            certificate = chain.get(0);
            PeerPolicy.Leave leave = context.trust().current().policy().check(chain);
            AgentInput input = new AgentInput(tls.getInputStream(), plain);
            ControlReader in = null;
            Hello hello = null;
            if (Wire.ALPN.equals(tls.getApplicationProtocol())) {
                in = new ControlReader(input);
                hello = Hello.parse(in.next());
            }
            over = true;
            if (cutOff == null) {
                String subject = DistinguishedName.of(certificate.getSubjectX500Principal())
                        .toString();
                return new Peer(subject, address, chain, leave, hello, plain, tls, input, in);
            }
            throw new SocketException("closed");
        } catch (PeerRefusedException e) {
            refused(Admissions.Refusal.POLICY, certificate, who(certificate) + ": " + e.getMessage());
            sayWhy(tls, e.word(), e.getMessage());
        } catch (ProtocolException e) {
            refused(
                    Admissions.Refusal.POLICY,
                    certificate,
                    who(certificate) + ": " + (cutOff == null ? e.getMessage() : cutOff.text()));
            sayWhy(tls, "refused", e.getMessage());
        } catch (IOException | RuntimeException e) {
            certificate = certificate == null ? UntrustedException.certificateOf(e) : certificate;
            refused(
                    Admissions.Refusal.TLS,
                    certificate,
                    cutOff != null
                            ? who(certificate) + ": " + cutOff.text()
                            : TlsFailure.explain(e, TlsFailure.Side.RELAY, who(certificate)));
        }
        over = true;
        closeGently();
        return null;
    }

    private static List<X509Certificate> chain(SSLSocket tls) throws SSLPeerUnverifiedException {
        return Arrays.stream(tls.getSession().getPeerCertificates())
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** Turns away a peer that was let in, for want of room. */
    void refuse(Peer peer, String why) {
        refused(Admissions.Refusal.MAX_AGENTS, peer.certificate(), peer.name() + ": " + why);
        sayWhy(peer.tls(), "refused", why);
        closeGently();
    }

    /** {@code why} if nobody else has ended it. */
    private void refused(Admissions.Refusal why, X509Certificate certificate, String line) {
        context.admissions().refused(cutOff == null ? why : cutOff.why());
        RelayLog.Kind kind = certificate == null ? RelayLog.Kind.STRANGER : RelayLog.Kind.PEER;
        context.log().repeatable(kind, "Agent refused: " + line);
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

    /** Lets the peer read the last words: a close with unread octets in the buffer would reset the connection. */
    private void closeGently() {
        long until = System.nanoTime() + LINGER.toNanos();
        try (plain) {
            plain.shutdownOutput();
            byte[] ignored = new byte[4096];
            long left;
            while ((left = until - System.nanoTime()) > 0) {
                plain.setSoTimeout((int) Math.max(1, left / 1_000_000));
                if (plain.getInputStream().read(ignored) < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // Closed all the same.
        }
    }

    /** Cuts the connection if its time is up. Runs on housekeeping. */
    void sweep(long now) {
        if (!over && now - deadline > 0) {
            end(
                    Admissions.Refusal.TIMEOUT,
                    "no complete handshake within relay.handshake-timeout ("
                            + Text.duration(context.config().handshakeTimeout()) + ")");
        }
    }

    /** Ends it for a reason that its peer has not given. Any thread. */
    void end(Admissions.Refusal why, String text) {
        cutOff = new CutOff(why, text);
        cut();
    }

    void cut() {
        try {
            plain.close();
        } catch (IOException e) {
            // It is gone, which is what we want.
        }
    }
}
