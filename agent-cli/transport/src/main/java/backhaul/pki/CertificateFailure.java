package backhaul.pki;

import backhaul.transport.Printable;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.TreeSet;

/** Explains in words why we refused the peer's certificate. */
final class CertificateFailure {
    /** The branch of RFC 5280's extensions, id-ce. */
    private static final String KNOWN = "2.5.29.";

    private CertificateFailure() {}

    /** The sentence for the most telling of the causes, or null if no certificate is at fault. */
    static String explain(Iterable<Throwable> causes, TlsFailure.Side side, String peer) {
        String certificate = "the certificate of " + peer;
        boolean untrusted = false;
        String general = null;
        for (Throwable cause : causes) {
            if (cause instanceof UntrustedException) {
                continue; // says who, not why
            }
            String message = TlsFailure.message(cause);
            message = message.replaceFirst("^PKIX path (validation|building) failed: [\\w.]+: ", "");
            String shown = " (" + Printable.of(message, 200) + ")";
            if (cause instanceof CertificateExpiredException) {
                return certificate + " or of its CA has expired" + shown + ": renew it, or set this machine's clock";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return certificate + " is not yet valid" + shown + ": set the clocks of both machines";
            }
            if (cause instanceof CertificateRevokedException revoked) {
                return certificate + " or of its CA was revoked on "
                        + revoked.getRevocationDate().toInstant() + " (" + revoked.getRevocationReason()
                        + "): have the CA issue a new one";
            }
            if (cause instanceof OutdatedListException) {
                return certificate + " is not accepted, because " + message;
            }
            if (cause instanceof UsageException usage) {
                return usage(certificate, usage.holder());
            }
            if (message.contains("Extended key usage does not permit")) {
                return usage(certificate, side.other());
            }
            if (cause instanceof WrongNameException) {
                return certificate + " " + cause.getMessage();
            }
            if (message.contains("lgorithm constraints") || message.contains("lgorithm is disabled")) {
                return certificate + " uses an algorithm or key size that Java no longer accepts" + shown
                        + ": have the CA issue a new one";
            }
            if (message.contains("signature check failed") || isSignature(cause)) {
                return certificate
                        + " carries the name of a CA in our CA file, but another key signed it: the CA was"
                        + " recreated, or it is forged";
            }
            String path = cause instanceof CertPathValidatorException invalid ? path(invalid) : null;
            if (path != null) {
                return certificate + " " + path;
            }
            if (message.contains("KeyUsage does not allow digital signatures")) {
                return certificate
                        + " cannot be used for TLS: its keyUsage does not contain digitalSignature, have the CA"
                        + " issue one that does";
            }
            untrusted |= isUntrusted(cause) || message.contains("unable to find valid certification path");
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                // The root cause is the most specific.
                general = certificate + " is not acceptable" + shown + ": have the CA issue a new one";
            }
        }
        return untrusted
                ? certificate
                        + " was not issued by a CA in our CA file: use the file of the CA that issued it, even if"
                        + " that CA was recreated under its old name"
                : general;
    }

    /** Is only a date wrong? */
    static boolean isOfDates(Throwable failure) {
        return TlsFailure.causes(failure).stream()
                .anyMatch(cause -> cause instanceof CertificateExpiredException
                        || cause instanceof CertificateNotYetValidException);
    }

    private static String usage(String certificate, TlsFailure.Side holder) {
        return certificate + " is not a certificate for " + (holder == TlsFailure.Side.AGENT ? "an agent" : "a relay")
                + ": its extended key usage does not contain " + Certificates.usage(holder)
                + ", have the CA issue one that does";
    }

    /** The fault of the certificate or of a CA above it, for those of PKIX's reasons that need clearer words. */
    private static String path(CertPathValidatorException invalid) {
        if (!(invalid.getReason() instanceof PKIXReason reason)) {
            return null;
        }
        return switch (reason) {
            case INVALID_NAME ->
                "or a CA above it has a name for which its issuer cannot issue certificates (nameConstraints): have it issued with"
                        + " another name, or by a CA that may";
            case UNRECOGNIZED_CRIT_EXT ->
                "or of its CA has a critical extension that Java does not support (" + unknown(invalid)
                        + "): have the CA issue one without it";
            case PATH_TOO_LONG ->
                "has more CAs above it than one of them allows (basicConstraints pathlen): have it issued by that one";
            case NOT_CA_CERT, INVALID_KEY_USAGE ->
                "was issued by a certificate that is not a CA's (basicConstraints, and keyUsage with keyCertSign): have a CA"
                        + " issue a new one";
            default -> null;
        };
    }

    private static String unknown(CertPathValidatorException invalid) {
        Set<String> unknown = new TreeSet<>();
        if (invalid.getCertPath() != null) {
            for (Certificate each : invalid.getCertPath().getCertificates()) {
                Set<String> critical = ((X509Certificate) each).getCriticalExtensionOIDs();
                unknown.addAll(critical == null ? Set.of() : critical);
            }
        }
        unknown.removeIf(extension -> extension.startsWith(KNOWN));
        return unknown.isEmpty() ? TlsFailure.message(invalid) : Printable.of(String.join(", ", unknown), 200);
    }

    private static boolean isSignature(Throwable cause) {
        return cause instanceof CertPathValidatorException path
                && path.getReason() == CertPathValidatorException.BasicReason.INVALID_SIGNATURE;
    }

    private static boolean isUntrusted(Throwable cause) {
        return cause instanceof CertPathBuilderException
                || cause instanceof CertPathValidatorException path && path.getReason() == PKIXReason.NO_TRUST_ANCHOR;
    }
}
