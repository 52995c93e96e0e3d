package backhaul.transport;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/**
 * A peer's certificate was not accepted in the handshake. After that the TLS session has forgotten whose it was; this
 * has not.
 */
public final class UntrustedException extends CertificateException {
    private final transient X509Certificate certificate;

    UntrustedException(X509Certificate certificate, CertificateException cause) {
        super(cause.getMessage(), cause);
        this.certificate = certificate;
    }

    /** The certificate that {@code failure} is about, or null if it is about something else. */
    public static X509Certificate certificateOf(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof UntrustedException untrusted) {
                return untrusted.certificate;
            }
        }
        return null;
    }
}
