package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.DistinguishedName;
import backhaul.pki.TlsFailure;
import backhaul.relay.settings.AllowList;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides who is let in after the handshake: the CA file must vouch for the certificate now, no list may have revoked
 * it, the configured issuer itself must have issued it, and it must be on the allow-list if there is one. Asked after
 * every handshake, because a resumed session skips the trust manager, and again for connected agents. Immutable, any
 * thread.
 */
final class PeerPolicy {
    /**
     * The permission of a peer to stay.
     *
     * @param by the policy that gave it
     * @param until wall clock; the policy must be asked again afterwards
     */
    record Authorization(PeerPolicy by, Instant until) {
        boolean isOver(Instant now) {
            return now.isAfter(until);
        }
    }

    private final Credentials credentials;
    private final DistinguishedName issuer;
    private final Optional<AllowList> allowed;

    PeerPolicy(Credentials credentials, DistinguishedName issuer, Optional<AllowList> allowed) {
        this.credentials = credentials;
        this.issuer = issuer;
        this.allowed = allowed;
    }

    /**
     * Checks the chain that a peer has shown, its own certificate first.
     *
     * @throws PeerRefusedException with the reason why it is not let in
     */
    Authorization check(List<X509Certificate> chain) throws PeerRefusedException {
        X509Certificate leaf = chain.get(0);
        try {
            credentials.checkClient(chain);
        } catch (CertificateException e) {
            String subject = Certificates.subject(leaf);
            throw new PeerRefusedException(word(e), TlsFailure.explain(e, TlsFailure.Side.RELAY, subject), e);
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
        if (allowed.isPresent() && !allowed.get().contains(leaf)) {
            throw new PeerRefusedException("its certificate is good but not on the list relay.tls.allow: to let it in,"
                    + " add sha256:" + Certificates.fingerprint(leaf));
        }
        return new Authorization(this, credentials.until(chain));
    }

    /** The reason in a word, for {@code BYE}. */
    private static String word(CertificateException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateRevokedException) {
                return "revoked";
            }
            if (cause instanceof CertificateExpiredException) {
                return "expired";
            }
        }
        return "refused";
    }
}
