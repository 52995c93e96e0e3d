package backhaul.pki;

import backhaul.transport.Printable;
import backhaul.transport.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Explains an exception of a TLS connection in one sentence that an administrator can act on. */
public final class TlsFailure {
    /** Which side is asking. */
    public enum Side {
        RELAY,
        AGENT;

        Side other() {
            return this == AGENT ? RELAY : AGENT;
        }
    }

    private static final int MAX_CAUSES = 20;
    private static final int MAX_PEER = 200;
    private static final int MAX_SENTENCE = 800;

    private TlsFailure() {}

    /** The sentence, never empty, without a trailing full stop or line end; {@code peer} names the other side. */
    public static String explain(Throwable failure, Side side, String peer) {
        String who = Printable.of(peer, MAX_PEER);
        if (who.isBlank()) {
            who = side == Side.AGENT ? "the relay" : "the agent";
        }
        return Printable.of(sentence(causes(failure), side, who), MAX_SENTENCE);
    }

    private static String sentence(List<Throwable> causes, Side side, String peer) {
        if (causes.isEmpty()) {
            return "the connection to " + peer + " failed for an unknown reason";
        }
        String certificate = CertificateFailure.explain(causes, side, peer);
        if (certificate != null) {
            return certificate;
        }
        for (Throwable cause : causes) {
            String tls = cause instanceof SSLException ? tls(cause, side, peer) : null;
            if (tls != null) {
                return tls;
            }
        }
        boolean handshaking = causes.stream().anyMatch(TlsFailure::inHandshake);
        // From the root up: the JDK wraps the error of the system into exceptions that are less specific.
        for (int i = causes.size() - 1; i >= 0; i--) {
            String network = NetworkFailure.explain(causes.get(i), handshaking, peer);
            if (network != null) {
                return network;
            }
        }
        Throwable last = causes.get(0);
        return "the connection to " + peer + " failed: " + Printable.of(message(last), 400) + " ("
                + last.getClass().getName() + ")";
    }

    private static String tls(Throwable failure, Side side, String peer) {
        String message = message(failure);
        String lower = message.toLowerCase(Locale.ROOT);
        String alert = Alerts.received(message);
        if (alert != null) {
            return Alerts.explain(alert, side, peer);
        }
        if (lower.contains("unrecognized ssl message") || lower.contains("plaintext connection")) {
            return peer + " speaks plain text such as HTTP, not TLS: check the port";
        }
        if (lower.contains("protocol version") && (lower.contains("not accepted") || lower.contains("unsupported"))) {
            return peer + " does not speak TLS 1.3: update it";
        }
        if (lower.contains("application layer protocol") || lower.contains("application protocol")) {
            return peer + " does not speak " + Wire.ALPN + ": it is not Backhaul, or another version of it";
        }
        if (lower.contains("empty client certificate chain") || lower.contains("empty server certificate chain")) {
            return peer + " showed no certificate: give it one from our CA";
        }
        if (lower.contains("no cipher suites in common")
                || lower.contains("no available authentication scheme")
                || lower.contains("certificateverify signature algorithm")
                || lower.contains("no appropriate protocol")) {
            return peer + " has no TLS 1.3 algorithm in common with us: it may not support our type of key, make one of"
                    + " a common type (EC P-256 or RSA) and have the CA sign it";
        }
        if (lower.contains("tag mismatch") || lower.contains("bad record mac")) {
            return "the data from " + peer + " was damaged on the way: something on the path changes it";
        }
        return null;
    }

    private static boolean inHandshake(Throwable cause) {
        return cause instanceof SSLHandshakeException
                || Arrays.stream(cause.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("startHandshake"));
    }

    static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && causes.size() < MAX_CAUSES; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    /** The message of the exception, without the alert that JDK 25 puts in front and without a full stop. */
    static String message(Throwable failure) {
        String message = failure.getMessage() == null ? "no message" : failure.getMessage();
        return message.replaceFirst("^\\([a-z_]+\\) ", "").replaceFirst("[.\\s]+$", "");
    }
}
