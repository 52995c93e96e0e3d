package backhaul.pki;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * When a peer with our CA file accepts our certificate. The peer's own check is run for each time at which its answer
 * could change, so the dates of certificates outside the path that the peer finds do not matter.
 *
 * @param from the start of the current period; if there is none, of the next one, or else of the last one
 * @param until its end, inclusive
 */
public record Acceptance(Instant from, Instant until) {
    /** For files that cannot be used, and certificates that are never valid at the same time. */
    static final Acceptance NEVER = new Acceptance(Instant.MAX, Instant.MIN);

    static Acceptance of(List<X509Certificate> chain, List<X509Certificate> authorities, Instant now) {
        NavigableSet<Instant> good = new TreeSet<>();
        NavigableSet<Instant> bad = new TreeSet<>();
        for (Instant time : times(chain, authorities, now)) {
            (refusal(chain, authorities, time) == null ? good : bad).add(time);
        }
        Instant inside = good.contains(now) ? now : good.higher(now) != null ? good.higher(now) : good.lower(now);
        if (inside == null) {
            return NEVER;
        }
        Instant before = bad.lower(inside);
        Instant after = bad.higher(inside);
        return new Acceptance(
                before == null ? good.first() : good.higher(before), after == null ? good.last() : good.lower(after));
    }

    boolean holds(Instant time) {
        return !time.isBefore(from) && !time.isAfter(until);
    }

    private static NavigableSet<Instant> times(
            List<X509Certificate> chain, List<X509Certificate> authorities, Instant now) {
        NavigableSet<Instant> times = new TreeSet<>(List.of(now));
        for (X509Certificate certificate : CertificationPaths.line(chain, authorities)) {
            Instant end = certificate.getNotAfter().toInstant();
            times.addAll(List.of(certificate.getNotBefore().toInstant(), end, end.plusSeconds(1)));
        }
        return times;
    }

    /** The reason why a peer would not accept it at that time; null if it would. */
    static CertificateException refusal(List<X509Certificate> chain, List<X509Certificate> authorities, Instant at) {
        if (CertificationPaths.way(chain, authorities).isEmpty()) {
            return new CertificateException("it leads to no authority"); // and there may be no anchor at all
        }
        AuthorityTrustManager peer = new AuthorityTrustManager(authorities, at);
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        try {
            if (Certificates.permits(chain.get(0), TlsFailure.Side.RELAY)) {
                peer.checkServerTrusted(shown, Tls.KEY_EXCHANGE);
            } else {
                peer.checkClientTrusted(shown, Tls.KEY_EXCHANGE);
            }
            return null;
        } catch (CertificateException e) {
            return e;
        }
    }
}
