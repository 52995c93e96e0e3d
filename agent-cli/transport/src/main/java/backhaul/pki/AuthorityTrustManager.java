package backhaul.pki;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a certificate if PKIX finds a path from it to one of the authorities, and adds the checks that the JDK omits: the
 * JDK accepts a certificate without any extended key usage for both sides, does not check the dates of the authority
 * itself, and tries only the path that the chain shows. {@link #checkFurther} checks a peer's name.
 */
class AuthorityTrustManager extends X509ExtendedTrustManager {
    private final List<X509Certificate> authorities;
    private final Instant at; // null for the time of the question
    private final X509ExtendedTrustManager pkix;

    AuthorityTrustManager(List<X509Certificate> authorities) {
        this(authorities, null);
    }

    /** The same with the answers that it would give at another time. */
    AuthorityTrustManager(List<X509Certificate> authorities, Instant at) {
        this.authorities = authorities;
        this.at = at;
        // Only the tops are anchors: PKIX checks neither path length nor name constraints of an anchor.
        Set<TrustAnchor> anchors = CertificationPaths.tops(authorities).stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            parameters.setDate(at == null ? null : Date.from(at));
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(authorities)));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            this.pkix = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PKIX trust manager", e);
        }
    }

    private void require(List<X509Certificate> chain, TlsFailure.Side holder) throws CertificateException {
        if (!Certificates.permits(chain.get(0), holder)) {
            throw new UsageException(holder);
        }
        List<X509Certificate> way = CertificationPaths.way(chain, authorities);
        if (way.isEmpty()) {
            throw new CertificateException("it leads to no authority");
        }
        requireUnexpired(way);
    }

    private void requireUnexpired(List<X509Certificate> way) throws CertificateExpiredException {
        Date now = at == null ? new Date() : Date.from(at);
        for (X509Certificate certificate : way) {
            if (certificate.getNotAfter().before(now)) {
                throw new CertificateExpiredException("the certificate of " + Certificates.subject(certificate)
                        + " has expired on " + certificate.getNotAfter().toInstant());
            }
        }
    }

    /** The JDK's own check of a chain. */
    private interface Pkix {
        void check(X509Certificate[] chain) throws CertificateException;
    }

    /**
     * A peer may show a CA's old certificate where our CA file has the new one: the part of the chain that leads to the CA
     * file is checked again, without the certificates above it.
     */
    private void lead(List<X509Certificate> chain, Pkix pkix) throws CertificateException {
        try {
            pkix.check(array(chain));
        } catch (CertificateException e) {
            List<X509Certificate> below = CertificationPaths.below(chain, authorities);
            if (below.isEmpty()) {
                throw e; // a stranger: stop here, it could send a chain that takes long to check
            }
            if (below.size() == chain.size() || !leads(below, pkix)) {
                throw cause(below, e);
            }
        }
    }

    private static boolean leads(List<X509Certificate> chain, Pkix pkix) {
        try {
            pkix.check(array(chain));
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /** The reason why our path fails: the JDK, when it searches for a path, reports only that there is none. */
    private CertificateException cause(List<X509Certificate> below, CertificateException failure) {
        List<X509Certificate> way = CertificationPaths.way(below, authorities);
        if (way.isEmpty()) {
            return failure;
        }
        try {
            requireUnexpired(way);
            X509Certificate top = way.get(way.size() - 1);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(top, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(at == null ? null : Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(way.subList(0, way.size() - 1)),
                            parameters);
            return failure; // the fault is in the peer's own certificate
        } catch (CertificateExpiredException e) {
            e.addSuppressed(failure);
            return e;
        } catch (GeneralSecurityException e) {
            return new CertificateException(e.getMessage(), e);
        }
    }

    /** Checks a peer in the handshake further; its chain is good. */
    void checkFurther(X509Certificate[] chain) throws CertificateException {}

    private void check(X509Certificate[] shown, TlsFailure.Side holder, Pkix pkix) throws CertificateException {
        List<X509Certificate> chain = List.of(shown);
        try {
            lead(chain, pkix);
            require(chain, holder);
            checkFurther(shown);
        } catch (CertificateException e) {
            throw new UntrustedException(shown, e);
        }
    }

    private static X509Certificate[] array(List<X509Certificate> chain) {
        return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, TlsFailure.Side.AGENT, shown -> pkix.checkClientTrusted(shown, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, TlsFailure.Side.AGENT, shown -> pkix.checkClientTrusted(shown, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, TlsFailure.Side.AGENT, shown -> pkix.checkClientTrusted(shown, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, TlsFailure.Side.RELAY, shown -> pkix.checkServerTrusted(shown, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, TlsFailure.Side.RELAY, shown -> pkix.checkServerTrusted(shown, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, TlsFailure.Side.RELAY, shown -> pkix.checkServerTrusted(shown, authType, engine));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }
}
