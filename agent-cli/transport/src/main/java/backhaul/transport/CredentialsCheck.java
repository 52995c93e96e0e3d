package backhaul.transport;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** Whether key, certificate and CA file belong together, found out before the first handshake rather than by it. */
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
        chainIsInOrder(credentials.chain());
        authoritiesAreCas(credentials.authorities(), credentials.certificate());
        leadsToAuthority(credentials.chain(), credentials.authorities());
        if (credentials.tops().isEmpty()) {
            throw new PemException(
                    authoritiesFile, "holds only CAs that have issued each other: add the root that signed itself");
        }
    }

    static void usage(Path file, X509Certificate certificate, TlsFailure.Side side) throws PemException {
        if (!Certificates.permits(certificate, side)) {
            throw new PemException(
                    file,
                    "is not a certificate for "
                            + (side == TlsFailure.Side.AGENT ? "an agent" : "a relay")
                            + ": its extended key usage does not hold "
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
                "is not the key of the certificate in " + PemFile.name(certificateFile) + " (" + name(chain.get(0))
                        + "): give the two that belong together");
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
            return false; // a key of another kind
        }
    }

    private void chainIsInOrder(List<X509Certificate> chain) throws PemException {
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i - 1);
            X509Certificate issuer = chain.get(i);
            String problem = null;
            if (issuer.equals(certificate)) {
                problem = "the same as certificate " + i;
            } else if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                problem = "not the issuer of certificate " + i + ", which is "
                        + Certificates.name(certificate.getIssuerX500Principal());
            } else if (!Certificates.isSignedBy(certificate, issuer)) {
                problem = "named like the issuer of certificate " + i + " but has another key";
            } else if (!Certificates.isCa(issuer)) {
                problem = "not a CA certificate";
            }
            if (problem != null) {
                throw new PemException(
                        certificateFile,
                        "has a wrong chain: certificate " + (i + 1)
                                + " (" + name(issuer) + ") is " + problem
                                + ", put our own certificate first and then the issuer of each");
            }
        }
    }

    private void authoritiesAreCas(List<X509Certificate> authorities, X509Certificate own) throws PemException {
        for (X509Certificate authority : authorities) {
            if (authority.equals(own) && !Certificates.isCa(own)) {
                throw new PemException(
                        authoritiesFile,
                        "holds our own certificate (" + name(own) + "): give the certificate of the CA that issued it");
            }
            if (!Certificates.isCa(authority)) {
                throw new PemException(
                        authoritiesFile,
                        "holds the certificate of " + name(authority)
                                + ", which is not a CA (basicConstraints): give the certificate of the CA that issued it");
            }
        }
    }

    private void leadsToAuthority(List<X509Certificate> chain, List<X509Certificate> authorities) throws PemException {
        boolean sameName = false;
        for (X509Certificate certificate : chain) {
            for (X509Certificate authority : authorities) {
                if (authority.equals(certificate) || Certificates.isIssuedBy(certificate, authority)) {
                    return;
                }
                sameName |= certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal());
            }
        }
        X509Certificate last = chain.get(chain.size() - 1);
        throw new PemException(
                certificateFile,
                "(" + name(chain.get(0))
                        + ") was not issued by a CA in " + PemFile.name(authoritiesFile)
                        + (sameName
                                ? ": a CA of that name is there, but with another key, as after the CA was made anew"
                                : ": the certificate of " + Certificates.name(last.getIssuerX500Principal())
                                        + " is missing there"));
    }

    private static String name(X509Certificate certificate) {
        return Certificates.name(certificate.getSubjectX500Principal());
    }
}
