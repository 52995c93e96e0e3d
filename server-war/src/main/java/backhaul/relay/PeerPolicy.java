package backhaul.relay;

import backhaul.transport.Credentials;
import backhaul.transport.DistinguishedName;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who is let in once the handshake has succeeded: a certificate that the CA file vouches for now, issued by the
 * configured issuer itself. Asked after every handshake, since a resumed session skips the trust manager. Any thread.
 */
final class PeerPolicy {
    private final Credentials credentials;
    private final DistinguishedName issuer;

    PeerPolicy(Credentials credentials, DistinguishedName issuer) {
        this.credentials = credentials;
        this.issuer = issuer;
    }

    /**
     * Looks at the chain that a peer has shown, its own certificate first.
     *
     * @throws PeerRefusedException saying why it is not let in
     */
    void check(List<X509Certificate> chain) throws PeerRefusedException {
        X509Certificate leaf = chain.get(0);
        try {
            credentials.checkClient(chain);
        } catch (CertificateException e) {
            throw new PeerRefusedException("its certificate is not valid: " + e.getMessage(), e);
        }
        DistinguishedName actual = DistinguishedName.of(leaf.getIssuerX500Principal());
        if (!actual.equals(issuer)) {
            throw new PeerRefusedException("its certificate was issued by " + actual.oneLine()
                    + ", but relay.tls.issuer is " + issuer.oneLine());
        }
        if (!credentials.issuedBy(leaf, issuer)) {
            throw new PeerRefusedException("its certificate names " + issuer.oneLine()
                    + " as its issuer, but that is not one that relay.tls.ca has and whose key signed it");
        }
    }
}
