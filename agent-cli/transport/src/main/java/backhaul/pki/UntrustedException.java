package backhaul.pki;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A peer's certificate was not accepted in the handshake. The TLS session no longer knows it then, so this
 * exception keeps it.
 */
public final class UntrustedException extends CertificateException {
    private final transient List<X509Certificate> chain;

    UntrustedException(X509Certificate[] chain, CertificateException cause) {
        super(cause.getMessage(), cause);
        this.chain = List.of(chain);
    }

    /** The certificate that {@code failure} is about, or null if it is about something else. */
    public static X509Certificate certificateOf(Throwable failure) {
        List<X509Certificate> chain = chainOf(failure);
        return chain.isEmpty() ? null : chain.get(0);
    }

    /** That certificate and those that were shown with it; empty if the failure is about something else. */
    public static List<X509Certificate> chainOf(Throwable failure) {
        for (Throwable cause : TlsFailure.causes(failure)) {
            if (cause instanceof UntrustedException untrusted) {
                return untrusted.chain;
            }
        }
        return List.of();
    }
}
