package backhaul.agent;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.TlsFailure;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks whether the two certificates of a connection are still valid: with authorities or revocation lists that have
 * changed since it was made, and as time passes. Used by one thread, the watch.
 */
final class RelayTrust {
    private final Credentials own;
    private final List<X509Certificate> relay;
    private final String name;

    private Credentials judgedBy;
    private Instant until; // when the first of the things expires that this trust may depend on

    /**
     * @param own those that the handshake was made with
     * @param relay the chain that the relay has shown, valid at {@code now}
     * @param name of the relay as the agent dialled it
     */
    RelayTrust(Credentials own, List<X509Certificate> relay, String name, Instant now) {
        this.own = own;
        this.relay = List.copyOf(relay);
        this.name = name;
        this.judgedBy = own;
        this.until = firstEnd(own, now);
    }

    /**
     * The reason why the connection must be closed, a clause; null if there is none. {@code current} are the
     * credentials in use now.
     */
    String problem(Credentials current, Instant now) {
        if (now.isAfter(own.expires())) {
            return "this agent's certificate " + Certificates.describe(own.certificate()) + " " + own.untimely(now);
        }
        if (current == judgedBy && !until.isBefore(now)) {
            return null;
        }
        try {
            current.checkRelay(relay, name);
            judgedBy = current;
            until = firstEnd(current, now);
            return null;
        } catch (CertificateException e) {
            return TlsFailure.explain(e, TlsFailure.Side.AGENT, "the relay");
        } catch (RuntimeException e) {
            return "the certificate of the relay cannot be judged (" + e + ")";
        }
    }

    /** Found once, because it is compared with the time every five seconds. */
    private Instant firstEnd(Credentials current, Instant from) {
        return Stream.concat(
                        relay.stream()
                                .map(certificate -> certificate.getNotAfter().toInstant()),
                        current.ends())
                .filter(end -> !end.isBefore(from))
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }
}
