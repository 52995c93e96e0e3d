package backhaul.pki;

import backhaul.transport.Printable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/** A certificate in words, for logs and health data. */
public final class Certificates {
    /** Characters of a distinguished name in a description. */
    private static final int MAX_NAME = 160;

    /** Characters of all alternative names in a description. */
    private static final int MAX_NAMES = 500;

    /** Digits of a serial number: RFC 5280 allows 20 bytes. */
    private static final int MAX_SERIAL = 40;

    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    private Certificates() {}

    /** Subject, serial number, issuer and validity in one line, control characters made visible. */
    public static String describe(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal()) + " (serial "
                + Printable.cut(certificate.getSerialNumber().toString(16), MAX_SERIAL) + ", issued by "
                + name(certificate.getIssuerX500Principal()) + ", valid until "
                + LocalDate.ofInstant(certificate.getNotAfter().toInstant(), ZoneOffset.UTC) + ")";
    }

    /** The name of its holder. */
    public static String subject(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    /** The SHA-256 of the certificate as OpenSSL prints it, pairs of capital digits with colons. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A name of bounded length without control characters. */
    public static String name(X500Principal principal) {
        String name = DistinguishedName.of(principal).toString();
        return name.isEmpty() ? "(no name)" : Printable.cut(name, MAX_NAME);
    }

    /** The subject alternative names that are text: DNS names, addresses, mail addresses, URIs; nothing is escaped. */
    public static List<String> alternativeNames(X509Certificate certificate) {
        return alternativeNames(certificate, "", "", "", "");
    }

    /** The same in one line, as {@code DNS:localhost, IP:127.0.0.1}; empty if there are none. */
    public static String describeNames(X509Certificate certificate) {
        return Printable.of(
                String.join(", ", alternativeNames(certificate, "email:", "DNS:", "URI:", "IP:")), MAX_NAMES);
    }

    private static List<String> alternativeNames(
            X509Certificate certificate, String mail, String dns, String uri, String address) {
        // The numbers of the GeneralName, RFC 5280 section 4.2.1.6; the others are not text.
        Map<Integer, String> kinds = Map.of(1, mail, 2, dns, 6, uri, 7, address);
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0) instanceof Integer kind && kinds.containsKey(kind))
                            .map(name -> kinds.get((Integer) name.get(0)) + name.get(1))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** {@code clientAuth} for an agent, {@code serverAuth} for a relay. */
    static String usage(TlsFailure.Side side) {
        return side == TlsFailure.Side.AGENT ? "clientAuth" : "serverAuth";
    }

    /** Whether the certificate states that it is for this side; without the extension it is not. */
    static boolean permits(X509Certificate certificate, TlsFailure.Side side) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages != null && usages.contains(side == TlsFailure.Side.AGENT ? CLIENT_AUTH : SERVER_AUTH);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** Whether the certificate belongs to a CA: basicConstraints, and keyCertSign if it has a key usage. */
    static boolean isCa(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return certificate.getBasicConstraints() >= 0 && (usage == null || usage[5]);
    }

    /** Whether the issuer's key made the signature, and the names agree. */
    static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                && isSignedBy(certificate, issuer);
    }

    static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
