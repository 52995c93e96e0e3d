package backhaul.pki;

import java.security.cert.CertificateException;

/** The peer's certificate is not revoked as far as we know, but the list is out of date and the setting is to refuse then. */
public final class OutdatedListException extends CertificateException {
    OutdatedListException(String sentence) {
        super(sentence);
    }
}
