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
import java.util.Set;

/** Finds the CAs above a certificate. There can be several paths: a CA's certificate may have been renewed. */
final class CertificationPaths {
    private CertificationPaths() {}

    /**
     * The trust anchors: the authorities that have signed themselves, and those whose issuer is not among them. (A root
     * and its successor with the same key have issued each other, as far as their certificates show.)
     */
    static List<X509Certificate> tops(List<X509Certificate> authorities) {
        return authorities.stream()
                .filter(authority -> Certificates.isIssuedBy(authority, authority)
                        || authorities.stream().noneMatch(other -> Certificates.isIssuedBy(authority, other)))
                .toList();
    }

    /** The certificates and all that can be on a path from one of them to a top: its issuer, the issuer of that, and so on. */
    static Set<X509Certificate> line(List<X509Certificate> chain, List<X509Certificate> authorities) {
        Set<X509Certificate> line = new LinkedHashSet<>(chain);
        Deque<X509Certificate> below = new ArrayDeque<>(line);
        Set<X509Certificate> others = new LinkedHashSet<>(authorities);
        others.removeAll(line);
        while (!below.isEmpty()) {
            X509Certificate next = below.remove();
            // Checking a signature takes some hundred microseconds: none is checked twice.
            others.removeIf(other -> Certificates.isIssuedBy(next, other) && line.add(other) && below.add(other));
        }
        return line;
    }

    /**
     * The path that is valid longest: the first certificate of a chain, its issuer, and so on to a top; empty if there is
     * none.
     */
    static List<X509Certificate> way(List<X509Certificate> chain, List<X509Certificate> authorities) {
        List<X509Certificate> tops = tops(authorities);
        Set<X509Certificate> open = line(chain, authorities);
        Map<X509Certificate, List<X509Certificate>> ways = new HashMap<>();
        open.stream().filter(tops::contains).forEach(top -> ways.put(top, List.of(top)));
        // From the tops down, not along each path: a stranger can send a chain with a huge number of paths. The
        // longest-lived of the open ones is final, because nothing that comes later lives longer.
        while (true) {
            X509Certificate issuer = open.stream()
                    .filter(ways::containsKey)
                    .max(Comparator.comparing(certificate -> end(ways.get(certificate))))
                    .orElse(null);
            if (issuer == null || issuer.equals(chain.get(0))) {
                return ways.getOrDefault(chain.get(0), List.of());
            }
            open.remove(issuer);
            for (X509Certificate below : open) {
                if (!tops.contains(below) && Certificates.isIssuedBy(below, issuer)) {
                    List<X509Certificate> way = new ArrayList<>(List.of(below));
                    way.addAll(ways.get(issuer));
                    ways.merge(below, way, (one, other) -> end(other).isAfter(end(one)) ? other : one);
                }
            }
        }
    }

    /**
     * The time until which the first certificate of a chain and all between it and a top are valid, on the path that is
     * valid longest; {@link Instant#MIN} if no path leads to a top.
     */
    static Instant until(List<X509Certificate> chain, List<X509Certificate> authorities) {
        return end(way(chain, authorities));
    }

    /**
     * The beginning of a chain, up to the first certificate that one of the authorities has issued; empty if it does not
     * lead there link by link. A stranger's chain costs at most one check for each of its certificates: only the path that
     * it shows is tried.
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

    private static Instant end(List<X509Certificate> way) {
        return way.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElse(Instant.MIN);
    }
}
