package backhaul.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Our identity and the CAs that we trust: a key, its certificate with the chain, and the certificates of the CA file.
 *
 * @param key belongs to the first certificate of {@code chain}
 * @param chain our certificate, then those of its issuers that are in the file
 * @param authorities the trust anchors: nothing else is trusted
 * @param revocations the certificates that the authorities have revoked
 * @param accepted when peers with the same authorities accept our certificate
 */
public record Credentials(
        PrivateKey key,
        List<X509Certificate> chain,
        List<X509Certificate> authorities,
        Revocations revocations,
        Acceptance accepted) {
    /** The other fault that a certificate can have, a clause. */
    public static final String REVOKED =
            "is revoked by our own list: peers that have it refuse the certificate, have the CA issue a new one";

    public Credentials {
        chain = List.copyOf(chain);
        authorities = List.copyOf(authorities);
    }

    /** With nothing revoked. */
    public Credentials(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {
        this(key, chain, authorities, Revocations.NONE, Acceptance.of(chain, authorities, Instant.now()));
    }

    /** Reads and cross-checks the three files; {@code passphrase} may be null. Dates are not checked. */
    public static Credentials load(Path certificate, Path key, char[] passphrase, Path authorities)
            throws PemException {
        Credentials credentials = new Credentials(
                Pem.privateKey(key, passphrase), Pem.certificates(certificate), Pem.certificates(authorities));
        new CredentialsCheck(certificate, key, authorities).check(credentials);
        return credentials;
    }

    /**
     * The same, and peers of the other side with the same CA file must accept our certificate. It is not refused here if it
     * has expired or is not valid yet: that can change with time, or when somebody sets a clock. See {@link #untimely}.
     */
    public static Credentials load(
            Path certificate, Path key, char[] passphrase, Path authorities, TlsFailure.Side side) throws PemException {
        Credentials credentials = load(certificate, key, passphrase, authorities);
        new CredentialsCheck(certificate, key, authorities).fitness(credentials, side);
        return credentials;
    }

    /**
     * The same with a file of revocation lists.
     *
     * @throws PemException if one of them is not from one of the authorities
     */
    public Credentials with(Path revocations, Revocations.Outdated outdated) throws PemException {
        return new Credentials(key, chain, authorities, Revocations.load(revocations, authorities, outdated), accepted);
    }

    /**
     * The same, and there must be a list of every CA in the CA file with the name of the issuer whose certificates are to be
     * checked. Lists of only other CAs would keep nobody out, and nobody would notice.
     *
     * @throws PemException if one of them has no list in the file that its key has signed
     */
    public Credentials with(Path revocations, Revocations.Outdated outdated, DistinguishedName issuer)
            throws PemException {
        Credentials with = with(revocations, outdated);
        List<X509Certificate> issuers = named(issuer);
        if (issuers.isEmpty() || !issuers.stream().allMatch(with.revocations::cover)) {
            throw new PemException(
                    revocations,
                    "has no revocation list of " + issuer.oneLine()
                            + (issuers.size() > 1 ? " by each of the " + issuers.size() + " CAs of that name" : "")
                            + ", so certificates issued there could not be revoked: make one with backhaul-ca crl and copy"
                            + " it here");
        }
        return with;
    }

    /** Has the CA file a certificate of this name? */
    public boolean has(DistinguishedName name) {
        return !named(name).isEmpty();
    }

    private List<X509Certificate> named(DistinguishedName name) {
        return authorities.stream()
                .filter(authority -> DistinguishedName.of(authority.getSubjectX500Principal())
                        .equals(name))
                .toList();
    }

    /** Our own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** When our certificate is no longer accepted: when it expires, or the last CA that could vouch for it. */
    public Instant expires() {
        return accepted.equals(Acceptance.NEVER) ? CheckDates.end(certificate()) : accepted.until();
    }

    /** The date that keeps peers from accepting our certificate now, a clause that begins with a verb; null if none does. */
    public String untimely(Instant now) {
        String own = CheckDates.fault(certificate(), now, CheckDates.RENEW);
        if (own != null || accepted.holds(now)) {
            return own;
        }
        // The best path first: certificates outside it may have expired long ago.
        return Stream.of(CertificationPaths.way(chain, authorities), CertificationPaths.line(chain, authorities))
                .flatMap(Collection::stream)
                .map(authority -> fault(authority, now))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * The date that makes everything invalid now that CAs of this name have issued, a clause that begins with a verb; null
     * if none does.
     */
    public String untimely(DistinguishedName issuer, Instant now) {
        if (authorities.stream().allMatch(authority -> fault(authority, now) == null)) {
            return null; // nearly always, and without checking signatures
        }
        String fault = null;
        for (X509Certificate authority : named(issuer)) {
            fault = CertificationPaths.way(List.of(authority), authorities).stream()
                    .map(above -> fault(above, now))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (fault == null) {
                return null;
            }
        }
        return fault;
    }

    private static String fault(X509Certificate authority, Instant now) {
        String fault = CheckDates.fault(authority, now, CheckDates.RENEW_CA);
        return fault == null ? null : "is not valid without " + Certificates.subject(authority) + ", which " + fault;
    }

    /**
     * Checks whether these can replace others that are in use: they cannot if peers accept the old ones now, and would
     * refuse these.
     *
     * @param certificate the file
     * @throws PemException if they cannot
     */
    public void replace(Credentials former, Path certificate) throws PemException {
        Instant now = Instant.now();
        String untimely = untimely(now);
        if (untimely != null && former.untimely(now) == null) {
            throw new PemException(certificate, untimely);
        }
        if (revoked() && !former.certificate().equals(certificate()) && !revokes(former.chain)) {
            throw new PemException(certificate, REVOKED);
        }
    }

    /** Whether our own certificate, or an issuer of it, is revoked by our own lists. */
    public boolean revoked() {
        return revokes(chain);
    }

    private boolean revokes(List<X509Certificate> certificates) {
        try {
            revocations.check(certificates, authorities);
            return false;
        } catch (CertificateRevokedException e) {
            return true;
        } catch (CertificateException e) {
            return false; // a list is out of date
        }
    }

    /** Those of our certificates and authorities whose expiry matters: nothing replaces them then, and it is not past. */
    List<X509Certificate> ending(Instant now) {
        Set<X509Certificate> all = new LinkedHashSet<>(chain);
        all.addAll(authorities);
        return all.stream()
                .filter(each -> each.equals(certificate())
                        || CheckDates.end(each).equals(expires())
                        || now.isBefore(CheckDates.end(each)) && all.stream().noneMatch(other -> outlives(other, each)))
                .toList();
    }

    /** Another certificate of the same CA that is valid longer. */
    private static boolean outlives(X509Certificate other, X509Certificate certificate) {
        return Revocations.isSameCa(other, certificate) && other.getNotAfter().after(certificate.getNotAfter());
    }

    /** Everything that expires and matters: our certificate, those above it, the authorities, the revocation lists. */
    public List<Expiry> expiries(Instant now) {
        List<Expiry> expiries = new ArrayList<>();
        for (X509Certificate certificate : ending(now)) {
            expiries.add(
                    new Expiry(
                            "the certificate of " + Certificates.subject(certificate),
                            CheckDates.end(certificate),
                            certificate.equals(certificate())
                                    ? CheckDates.RENEW + "; no peer accepts it once it has expired"
                                    : "it belongs to a CA: without a new one, everything that the CA has issued expires with it"));
        }
        expiries.addAll(revocations.expiries(now));
        return List.copyOf(expiries);
    }

    /** When the first of the authorities expires whose expiry matters. */
    public Instant authoritiesEnd(Instant now) {
        return ending(now).stream()
                .filter(authorities::contains)
                .map(CheckDates::end)
                .min(Instant::compareTo)
                .orElse(expires());
    }

    /** Every time at which trust in these can end, whether or not something replaces them then. */
    public Stream<Instant> ends() {
        return Stream.concat(
                Stream.of(chain, authorities).flatMap(List::stream).map(CheckDates::end), revocations.ends());
    }

    /**
     * A new context of the JDK that shows this certificate and trusts these authorities alone. It still offers TLS 1.2:
     * {@link Tls#harden} each socket.
     */
    public SSLContext sslContext() {
        return sslContext(new AuthorityTrustManager(authorities));
    }

    /**
     * The same for a connection to a relay: it trusts what {@link #checkRelay} does, its name and the revocation lists
     * included. Use it for one connection only, so that no session is ever resumed without those checks.
     */
    public SSLContext sslContext(String relay) {
        return sslContext(new AuthorityTrustManager(authorities) {
            @Override
            void checkFurther(X509Certificate[] chain) throws CertificateException {
                new RelayName(relay).check(chain[0]);
                revocations.check(List.of(chain), authorities);
            }
        });
    }

    private SSLContext sslContext(TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance(Tls.VERSION);
            context.init(new KeyManager[] {new OwnKeyManager(this)}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS 1.3", e);
        }
    }

    /**
     * Checks a client's chain once more, as the handshake did: a resumed session skips the trust manager. The revocation
     * lists are checked only here, so that the peer can be told the reason in words.
     *
     * @throws CertificateException if it is not good now
     */
    public void checkClient(List<X509Certificate> peer) throws CertificateException {
        new AuthorityTrustManager(authorities).checkClientTrusted(array(peer), Tls.KEY_EXCHANGE);
        revocations.check(peer, authorities);
    }

    /**
     * The same for a server's chain. The server's name is not checked.
     *
     * @throws CertificateException if it is not good now
     */
    public void checkServer(List<X509Certificate> peer) throws CertificateException {
        new AuthorityTrustManager(authorities).checkServerTrusted(array(peer), Tls.KEY_EXCHANGE);
        revocations.check(peer, authorities);
    }

    /** The time until which peers accept us and we accept them: our certificate is accepted, and all required lists are current. */
    public Instant until() {
        return earlier(expires(), revocations.refuseFrom(chain, authorities));
    }

    /**
     * The time until which a peer's chain can be good: until then its own certificate and the issuers above it are valid,
     * and so are the revocation lists without which nobody is let in.
     */
    public Instant until(List<X509Certificate> peer) {
        return earlier(CertificationPaths.until(peer, authorities), revocations.refuseFrom(peer, authorities));
    }

    static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** The trust anchors: authorities that no other authority has issued. */
    public List<X509Certificate> tops() {
        return CertificationPaths.tops(authorities);
    }

    /**
     * Checks the chain of a relay as {@link #checkServer}, and that it is for the name that was dialled: a DNS name, or an address in digits.
     *
     * @throws CertificateException if it is not good now
     */
    public void checkRelay(List<X509Certificate> peer, String name) throws CertificateException {
        checkServer(peer);
        checkName(peer.get(0), name);
    }

    /**
     * Checks only whether the certificate is for this name, which must be literally in its subjectAltName.
     *
     * @throws CertificateException if it is not
     */
    public static void checkName(X509Certificate relay, String name) throws CertificateException {
        new RelayName(name).check(relay);
    }

    private static X509Certificate[] array(List<X509Certificate> peer) throws CertificateException {
        if (peer.isEmpty()) {
            throw new CertificateException("the peer showed no certificate");
        }
        return peer.toArray(X509Certificate[]::new);
    }

    /** Whether the issuer of {@code leaf} has this name and a certificate of the CA file with it made the signature. */
    public boolean issuedBy(X509Certificate leaf, DistinguishedName issuer) {
        return DistinguishedName.of(leaf.getIssuerX500Principal()).equals(issuer)
                && named(issuer).stream().anyMatch(authority -> Certificates.isSignedBy(leaf, authority));
    }

    /** Without the key: some of the JDK's keys print themselves. */
    @Override
    public String toString() {
        return Certificates.describe(certificate());
    }
}
