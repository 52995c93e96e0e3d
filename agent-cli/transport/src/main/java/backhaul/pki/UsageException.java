package backhaul.pki;

import java.security.cert.CertificateException;

/** A certificate without the extended key usage that its side needs. */
final class UsageException extends CertificateException {
    private static final long serialVersionUID = 1;

    private final TlsFailure.Side holder;

    UsageException(TlsFailure.Side holder) {
        super("the certificate's extended key usage does not contain " + Certificates.usage(holder));
        this.holder = holder;
    }

    TlsFailure.Side holder() {
        return holder;
    }
}
