package backhaul.transport;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXReason;

/** Why we refused the peer's certificate, in words. */
final class CertificateFailure {
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
            String shown = " (" + Printable.of(message, 200) + ")";
            if (cause instanceof CertificateExpiredException) {
                return certificate + " or of its CA has expired" + shown + ": renew it, or set this machine's clock";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return certificate + " is not yet valid" + shown + ": set the clocks of both machines";
            }
            if (cause instanceof CertificateRevokedException revoked) {
                return certificate + " or of its CA is revoked since "
                        + revoked.getRevocationDate().toInstant() + " (" + revoked.getRevocationReason()
                        + "): have the CA issue a new one";
            }
            if (cause instanceof OutdatedListException) {
                return certificate + " is not accepted, since " + message;
            }
            if (cause instanceof UsageException usage) {
                return usage(certificate, usage.holder());
            }
            if (message.contains("Extended key usage does not permit")) {
                return usage(
                        certificate, side == TlsFailure.Side.AGENT ? TlsFailure.Side.RELAY : TlsFailure.Side.AGENT);
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
                        + " carries the name of a CA in our CA file, but another key signed it: the CA was made"
                        + " anew, or it is forged";
            }
            untrusted |= isUntrusted(cause) || message.contains("unable to find valid certification path");
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                // The root of it says the most.
                general = certificate + " is not acceptable" + shown + ": have the CA issue a new one";
            }
        }
        return untrusted
                ? certificate
                        + " was not issued by a CA in our CA file: give the file of the CA that issued it, also if"
                        + " that CA was made anew under its old name"
                : general;
    }

    private static String usage(String certificate, TlsFailure.Side holder) {
        return certificate + " is not one of " + (holder == TlsFailure.Side.AGENT ? "an agent" : "a relay")
                + ": its extended key usage does not hold " + Certificates.usage(holder)
                + ", have the CA issue one that does";
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
