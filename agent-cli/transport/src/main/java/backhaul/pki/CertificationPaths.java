package backhaul.pki;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who stands above a certificate. There can be several ways up: a CA's certificate may have been renewed. */
final class CertificationPaths {
    private CertificationPaths() {}

    /**
     * The trust anchors: the authorities that have signed themselves, and those whose issuer is not among them. (A root
     * and its successor with the same key have issued each other, as far as anybody can tell.)
     */
    static List<X509Certificate> tops(List<X509Certificate> authorities) {
        return authorities.stream()
                .filter(authority -> Certificates.isIssuedBy(authority, authority)
                        || authorities.stream().noneMatch(other -> Certificates.isIssuedBy(authority, other)))
                .toList();
    }

    /** The certificates and all that may stand between one of them and a top: who issued it, and who issued that. */
    static Set<X509Certificate> line(List<X509Certificate> chain, List<X509Certificate> authorities) {
        Set<X509Certificate> line = new LinkedHashSet<>(chain);
        Deque<X509Certificate> below = new ArrayDeque<>(line);
        Set<X509Certificate> others = new LinkedHashSet<>(authorities);
        others.removeAll(line);
        while (!below.isEmpty()) {
            X509Certificate next = below.remove();
            // A signature is some hundred microseconds of work: none is looked at twice.
            others.removeIf(other -> Certificates.isIssuedBy(next, other) && line.add(other) && below.add(other));
        }
        return line;
    }

    /**
     * The way up that lasts longest: the first certificate of a chain, who issued it, and so on to a top; empty if none
     * leads there.
     */
    static List<X509Certificate> way(List<X509Certificate> chain, List<X509Certificate> authorities) {
        List<X509Certificate> tops = tops(authorities);
        Set<X509Certificate> open = line(chain, authorities);
        Map<X509Certificate, Instant> reach = new HashMap<>();
        Map<X509Certificate, X509Certificate> above = new HashMap<>();
        open.stream().filter(tops::contains).forEach(top -> reach.put(top, end(top)));
        // From the tops down, not along each way up: a stranger can send a chain with more of them than stars. What
        // lasts
        // longest of all that is open is final, since nothing that comes later lasts longer.
        while (true) {
            Optional<X509Certificate> best =
                    open.stream().filter(reach::containsKey).max(Comparator.comparing(reach::get));
            if (best.isEmpty()) {
                return up(chain.get(0), reach, above);
            }
            X509Certificate issuer = best.get();
            open.remove(issuer);
            for (X509Certificate below : open) {
                if (!tops.contains(below) && Certificates.isIssuedBy(below, issuer)) {
                    Instant until = earlier(end(below), reach.get(issuer));
                    if (until.isAfter(reach.getOrDefault(below, Instant.MIN))) {
                        reach.put(below, until);
                        above.put(below, issuer);
                    }
                }
            }
        }
    }

    private static List<X509Certificate> up(
            X509Certificate leaf, Map<X509Certificate, Instant> reach, Map<X509Certificate, X509Certificate> above) {
        List<X509Certificate> way = new ArrayList<>();
        for (X509Certificate next = reach.containsKey(leaf) ? leaf : null; next != null; next = above.get(next)) {
            way.add(next);
        }
        return way;
    }

    /**
     * Until when the first certificate of a chain and all between it and a top are valid, by the way up that lasts
     * longest; {@link Instant#MIN} if none leads to a top.
     */
    static Instant until(List<X509Certificate> chain, List<X509Certificate> authorities) {
        return way(chain, authorities).stream()
                .map(CertificationPaths::end)
                .min(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    /**
     * The beginning of a chain, up to the first that one of the authorities has issued; empty if it does not lead there
     * link by link. A stranger's chain takes no more than its length of looks, and no way but the one it shows.
     */
    static List<X509Certificate> below(List<X509Certificate> chain, List<X509Certificate> authorities) {
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            if (authorities.stream().anyMatch(authority -> Certificates.isIssuedBy(certificate, authority))) {
                return chain.subList(0, i + 1);
            }
            if (i + 1 == chain.size() || !Certificates.isIssuedBy(certificate, chain.get(i + 1))) {
                break;
            }
        }
        return List.of();
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
