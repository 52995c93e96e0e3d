package backhaul.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** Checks before the first handshake whether key, certificate and CA file belong together. */
final class CredentialsCheck {
    private final Path certificateFile;
    private final Path keyFile;
    private final Path authoritiesFile;

    CredentialsCheck(Path certificateFile, Path keyFile, Path authoritiesFile) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.authoritiesFile = authoritiesFile;
    }

    void check(Credentials credentials) throws PemException {
        keyBelongs(credentials.key(), credentials.chain());
        authoritiesAreCas(credentials.authorities(), credentials.certificate());
        if (credentials.tops().isEmpty()) {
            throw new PemException(
                    authoritiesFile, "contains only CAs that have issued each other: add the root that signed itself");
        }
        leadsToAuthority(credentials.chain(), credentials.authorities());
    }

    /** Checks our certificate as a peer does. */
    void fitness(Credentials credentials, TlsFailure.Side side) throws PemException {
        usage(credentials.certificate(), side);
        if (side == TlsFailure.Side.RELAY) {
            nameable(credentials.certificate());
        }
        if (credentials.accepted().equals(Acceptance.NEVER)) {
            acceptable(credentials, side);
        }
    }

    private void acceptable(Credentials credentials, TlsFailure.Side side) throws PemException {
        List<X509Certificate> chain = credentials.chain();
        List<X509Certificate> way = CertificationPaths.way(chain, credentials.authorities());
        // At a time when the whole path is valid, if there is one: otherwise only dates are wrong.
        Instant at = way.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElseGet(Instant::now);
        CertificateException refusal = Acceptance.refusal(chain, credentials.authorities(), at);
        if (CertificateFailure.isOfDates(refusal)) {
            return;
        }
        throw new PemException(
                certificateFile,
                "cannot be used, every " + (side == TlsFailure.Side.AGENT ? "relay" : "agent") + " would refuse it: "
                        + TlsFailure.explain(refusal, side.other(), Certificates.subject(chain.get(0))));
    }

    /** The certificate must have a name that agents can dial. */
    private void nameable(X509Certificate certificate) throws PemException {
        try {
            RelayName.dialable(certificate);
        } catch (WrongNameException e) {
            throw new PemException(
                    certificateFile, "cannot be used, every agent would refuse it: it " + e.getMessage());
        }
    }

    private void usage(X509Certificate certificate, TlsFailure.Side side) throws PemException {
        if (!Certificates.permits(certificate, side)) {
            throw new PemException(
                    certificateFile,
                    "is not a certificate for "
                            + (side == TlsFailure.Side.AGENT ? "an agent" : "a relay")
                            + ": its extended key usage does not contain "
                            + Certificates.usage(side) + ", have the CA issue one that does");
        }
    }

    private void keyBelongs(PrivateKey key, List<X509Certificate> chain) throws PemException {
        for (int i = 0; i < chain.size(); i++) {
            if (matches(key, chain.get(i).getPublicKey())) {
                if (i == 0) {
                    return;
                }
                throw new PemException(
                        keyFile,
                        "is the key of certificate " + (i + 1) + " in " + PemFile.name(certificateFile)
                                + ", not of the first: put our own certificate first");
            }
        }
        throw new PemException(
                keyFile,
                "is not the key of the certificate in " + PemFile.name(certificateFile) + " ("
                        + Certificates.subject(chain.get(0)) + "): give the two that belong together");
    }

    private static boolean matches(PrivateKey key, PublicKey publicKey) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] sample = {'b', 'a', 'c', 'k', 'h', 'a', 'u', 'l'};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // a key of another type
        }
    }

    private void authoritiesAreCas(List<X509Certificate> authorities, X509Certificate own) throws PemException {
        for (X509Certificate authority : authorities) {
            if (authority.equals(own) && !Certificates.isCa(own)) {
                throw new PemException(
                        authoritiesFile,
                        "contains our own certificate (" + Certificates.subject(own)
                                + "): give the certificate of the CA that issued it");
            }
            if (!Certificates.isCa(authority)) {
                throw new PemException(
                        authoritiesFile,
                        "contains the certificate of " + Certificates.subject(authority)
                                + ", which is not a CA ("
                                + (authority.getBasicConstraints() < 0
                                        ? "basicConstraints"
                                        : "its keyUsage does not contain keyCertSign")
                                + "): give the certificate of the CA that issued it");
            }
        }
    }

    private void leadsToAuthority(List<X509Certificate> chain, List<X509Certificate> authorities) throws PemException {
        X509Certificate own = chain.get(0);
        if (!CertificationPaths.way(chain, authorities).isEmpty()) {
            return;
        }
        List<X509Certificate> all = new ArrayList<>(chain);
        all.addAll(authorities);
        Set<X509Certificate> line = CertificationPaths.line(List.of(own), all);
        X500Principal missing = line.stream()
                .map(X509Certificate::getIssuerX500Principal)
                .filter(issuer -> line.stream()
                        .noneMatch(other -> other.getSubjectX500Principal().equals(issuer)))
                .findFirst()
                .orElse(own.getIssuerX500Principal());
        boolean sameName = authorities.stream()
                .anyMatch(authority -> authority.getSubjectX500Principal().equals(missing));
        throw new PemException(
                certificateFile,
                "(" + Certificates.subject(own)
                        + ") was not issued by a CA in " + PemFile.name(authoritiesFile)
                        + (sameName
                                ? ": a CA of that name is there, but with another key, as after the CA was recreated"
                                : ": the certificate of " + Certificates.name(missing) + " is missing there"));
    }
}
