package backhaul.transport;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who stands above a certificate. There can be several ways up: a CA's certificate may have been renewed. */
final class Lineage {
    private Lineage() {}

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
     * Until when the first certificate of a chain and all between it and a top are valid, by the way up that lasts
     * longest; {@link Instant#MIN} if none leads to a top.
     */
    static Instant until(List<X509Certificate> chain, List<X509Certificate> authorities) {
        List<X509Certificate> tops = tops(authorities);
        Set<X509Certificate> open = line(chain, authorities);
        Map<X509Certificate, Instant> reach = new HashMap<>();
        open.stream()
                .filter(tops::contains)
                .forEach(top -> reach.put(top, top.getNotAfter().toInstant()));
        // From the tops down, not along each way up: a stranger can send a chain with more of them than stars. What
        // lasts
        // longest of all that is open is final, since nothing that comes later lasts longer.
        while (true) {
            Optional<X509Certificate> best =
                    open.stream().filter(reach::containsKey).max(Comparator.comparing(reach::get));
            if (best.isEmpty()) {
                return reach.getOrDefault(chain.get(0), Instant.MIN);
            }
            X509Certificate issuer = best.get();
            Instant above = reach.get(issuer);
            open.remove(issuer);
            for (X509Certificate below : open) {
                if (!tops.contains(below) && Certificates.isIssuedBy(below, issuer)) {
                    Instant own = below.getNotAfter().toInstant();
                    reach.merge(
                            below, own.isBefore(above) ? own : above, (one, other) -> one.isAfter(other) ? one : other);
                }
            }
        }
    }
}
