package backhaul.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The certificates that our authorities have revoked, by their revocation lists (RFC 5280 section 5). A list that is out of
 * date still counts: the certificates on it are refused regardless of its date; only the others are in question then.
 *
 * <p>The JDK's own check ignores a list that is out of date, and with it all the certificates on it. Immutable.
 */
public final class Revocations {
    /** What to do with a certificate that is not in the list when the list is out of date. */
    public enum Outdated {
        ACCEPT,
        REFUSE
    }

    /** Nothing is known to be revoked. */
    public static final Revocations NONE = new Revocations(List.of(), Outdated.ACCEPT);

    /**
     * A list, and a certificate of the CA whose key signed it.
     *
     * @param end when the last certificate of that CA expires: nothing that it issued is valid any more, list or no list
     */
    private record Entry(X509CRL list, X509Certificate authority, Instant end) {
        boolean isMissed(Instant now) {
            return !now.isAfter(end);
        }

        Instant nextUpdate() {
            return list.getNextUpdate() == null
                    ? Instant.MAX
                    : list.getNextUpdate().toInstant();
        }
    }

    private final List<Entry> entries;
    private final Outdated outdated;

    private Revocations(List<Entry> entries, Outdated outdated) {
        this.entries = List.copyOf(entries);
        this.outdated = outdated;
    }

    /**
     * Reads a file of lists; if one CA has several, the newest counts.
     *
     * @throws PemException if one of them is not from a CA in the CA file
     */
    public static Revocations load(Path file, List<X509Certificate> authorities, Outdated outdated)
            throws PemException {
        List<Entry> entries = new ArrayList<>();
        for (X509CRL list : Pem.revocationLists(file)) {
            X509Certificate signer = signer(file, list, authorities);
            Entry entry = new Entry(list, signer, end(signer, authorities));
            boolean newest = entries.stream()
                    .noneMatch(other -> other.authority.equals(entry.authority)
                            && !other.list.getThisUpdate().before(list.getThisUpdate()));
            if (newest) {
                entries.removeIf(other -> other.authority.equals(entry.authority));
                entries.add(entry);
            }
        }
        return new Revocations(entries, outdated);
    }

    private static Instant end(X509Certificate signer, List<X509Certificate> authorities) {
        return authorities.stream()
                .filter(authority -> isSameCa(authority, signer))
                .map(CheckDates::end)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    static boolean isSameCa(X509Certificate one, X509Certificate other) {
        return one.getSubjectX500Principal().equals(other.getSubjectX500Principal())
                && one.getPublicKey().equals(other.getPublicKey());
    }

    private static X509Certificate signer(Path file, X509CRL list, List<X509Certificate> authorities)
            throws PemException {
        String issuer = Certificates.name(list.getIssuerX500Principal());
        if (list.hasUnsupportedCriticalExtension()) {
            throw new PemException(
                    file,
                    "contains a partial or indirect revocation list of " + issuer
                            + ": use a complete one, as openssl ca -gencrl makes it");
        }
        boolean sameName = false;
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
                sameName = true;
                try {
                    list.verify(authority.getPublicKey());
                    return authority;
                } catch (GeneralSecurityException e) {
                    // Perhaps another one of that name has.
                }
            }
        }
        throw new PemException(
                file,
                "contains a revocation list of " + issuer
                        + (sameName
                                ? " that the CA of that name in our CA file has not signed: the CA was recreated, or the list is forged"
                                : ", which is not in our CA file: use the lists of our own CA"));
    }

    /**
     * Checks whether a certificate, or one between it and the top, is revoked.
     *
     * @param chain the certificate itself first
     * @throws CertificateRevokedException if one is
     * @throws CertificateException if a list is out of date and the setting is to refuse then
     */
    void check(List<X509Certificate> chain, List<X509Certificate> authorities) throws CertificateException {
        if (entries.isEmpty()) {
            return;
        }
        Instant now = Instant.now();
        Entry old = null;
        for (X509Certificate certificate : CertificationPaths.line(chain, authorities)) {
            for (Entry entry : entries) {
                if (Certificates.isIssuedBy(certificate, entry.authority)) {
                    X509CRLEntry revoked = entry.list.getRevokedCertificate(certificate.getSerialNumber());
                    // An entry with removeFromCRL is for partial lists.
                    if (revoked != null) {
                        throw new CertificateRevokedException(
                                revoked.getRevocationDate(),
                                revoked.getRevocationReason() == null
                                        ? CRLReason.UNSPECIFIED
                                        : revoked.getRevocationReason(),
                                entry.list.getIssuerX500Principal(),
                                Map.of());
                    }
                    old = entry.isMissed(now) && entry.nextUpdate().isBefore(now) ? entry : old;
                }
            }
        }
        if (old != null && outdated == Outdated.REFUSE) {
            throw new OutdatedListException("the revocation list of "
                    + Certificates.name(old.list.getIssuerX500Principal()) + " has been out of date since "
                    + old.nextUpdate()
                    + ", and without a current one nobody is trusted: make a new list with backhaul-ca crl");
        }
    }

    /** Is there a list that this CA's key has signed? */
    boolean cover(X509Certificate authority) {
        return entries.stream().anyMatch(entry -> isSameCa(entry.authority, authority));
    }

    /** When the first list that could name them is out of date, if the setting is to refuse everybody then. */
    Instant refuseFrom(List<X509Certificate> chain, List<X509Certificate> authorities) {
        if (entries.isEmpty() || outdated == Outdated.ACCEPT) {
            return Instant.MAX;
        }
        List<Entry> missed = missed(Instant.now());
        return CertificationPaths.line(chain, authorities).stream()
                .flatMap(certificate ->
                        missed.stream().filter(entry -> Certificates.isIssuedBy(certificate, entry.authority)))
                .map(Entry::nextUpdate)
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    /** In words: how many certificates are revoked, and until when the lists are current. */
    public String describe(Instant now) {
        if (entries.isEmpty()) {
            return "no revocation list";
        }
        int revoked = entries.stream()
                .map(entry -> entry.list.getRevokedCertificates())
                .mapToInt(named -> named == null ? 0 : named.size())
                .sum();
        Instant next = nextUpdate(now).orElse(Instant.MAX);
        return (entries.size() == 1 ? "a revocation list" : entries.size() + " revocation lists") + " naming " + revoked
                + (revoked == 1 ? " certificate" : " certificates")
                + (next.equals(Instant.MAX)
                        ? ""
                        : (next.isBefore(now) ? ", out of date since " : ", good until ")
                                + LocalDate.ofInstant(next, ZoneOffset.UTC));
    }

    private List<Entry> missed(Instant now) {
        return entries.stream().filter(entry -> entry.isMissed(now)).toList();
    }

    /** When the first list of a CA that has not expired must be replaced; empty if there is none. */
    public Optional<Instant> nextUpdate(Instant now) {
        return missed(now).stream().map(Entry::nextUpdate).min(Instant::compareTo);
    }

    /** The times at which the lists are out of date. */
    Stream<Instant> ends() {
        return entries.stream().map(Entry::nextUpdate);
    }

    /** The lists of CAs that have not expired, as things that expire. */
    public List<Expiry> expiries(Instant now) {
        return missed(now).stream()
                .filter(entry -> entry.list.getNextUpdate() != null)
                .map(entry -> new Expiry(
                        "the revocation list of " + Certificates.name(entry.list.getIssuerX500Principal()),
                        entry.nextUpdate(),
                        "make a new one with backhaul-ca crl and copy it here; "
                                + (outdated == Outdated.REFUSE
                                        ? "without one, nobody is let in"
                                        : "until then, later revocations stay unknown")))
                .toList();
    }
}
