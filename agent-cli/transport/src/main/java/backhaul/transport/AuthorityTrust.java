package backhaul.transport;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what PKIX leads to one of the authorities, and adds what the JDK leaves open: it takes a certificate without
 * any extended key usage for both sides, and it does not look at the dates of the authority itself. A peer's name is
 * looked at in {@link #checkFurther}.
 */
class AuthorityTrust extends X509ExtendedTrustManager {
    private final List<X509Certificate> authorities;
    private final X509ExtendedTrustManager pkix;

    AuthorityTrust(List<X509Certificate> authorities) {
        this.authorities = authorities;
        // Only the tops are anchors: of an anchor PKIX looks at neither path length nor name constraints.
        Set<TrustAnchor> anchors = Lineage.tops(authorities).stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(authorities)));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            this.pkix = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PKIX trust manager", e);
        }
    }

    private void require(X509Certificate[] chain, TlsFailure.Side holder) throws CertificateException {
        if (!Certificates.permits(chain[0], holder)) {
            throw new UsageException(holder);
        }
        requireUnexpired(List.of(chain));
    }

    private void requireUnexpired(List<X509Certificate> chain) throws CertificateExpiredException {
        if (Lineage.until(chain, authorities).isBefore(Instant.now())) {
            X509Certificate first = Lineage.line(chain, authorities).stream()
                    .min(Comparator.comparing(X509Certificate::getNotAfter))
                    .orElseThrow();
            throw new CertificateExpiredException("the certificate of "
                    + Certificates.name(first.getSubjectX500Principal()) + " has expired on "
                    + first.getNotAfter().toInstant());
        }
    }

    /**
     * Of a CA that has expired PKIX says no more than that it has found no way up; so it does of a leaf that has, if
     * the chain is not in order, for example with the leaf in it twice.
     */
    private CertificateException cause(X509Certificate[] chain, CertificateException failure) {
        try {
            // Nothing else is looked into for a stranger: it could send a chain that takes long.
            if (authorities.stream().anyMatch(authority -> Certificates.isIssuedBy(chain[0], authority))) {
                chain[0].checkValidity();
                requireUnexpired(List.of(chain[0]));
            }
            return failure;
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            e.addSuppressed(failure);
            return e;
        }
    }

    /** What else a peer must be in the handshake; the chain is good. */
    void checkFurther(X509Certificate[] chain) throws CertificateException {}

    /** What the JDK has to say about a chain. */
    private interface Pkix {
        void check() throws CertificateException;
    }

    private void check(X509Certificate[] chain, TlsFailure.Side holder, Pkix pkix) throws CertificateException {
        try {
            try {
                pkix.check();
            } catch (CertificateException e) {
                throw cause(chain, e);
            }
            require(chain, holder);
            checkFurther(chain);
        } catch (CertificateException e) {
            throw new UntrustedException(chain, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, TlsFailure.Side.AGENT, () -> pkix.checkClientTrusted(chain, authType));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, TlsFailure.Side.AGENT, () -> pkix.checkClientTrusted(chain, authType, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, TlsFailure.Side.AGENT, () -> pkix.checkClientTrusted(chain, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain, TlsFailure.Side.RELAY, () -> pkix.checkServerTrusted(chain, authType));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain, TlsFailure.Side.RELAY, () -> pkix.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, TlsFailure.Side.RELAY, () -> pkix.checkServerTrusted(chain, authType, engine));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }
}
