package backhaul.pki;

import java.security.cert.CertificateException;

/** A relay's certificate is not for the name that was dialled. The message continues "the certificate of the relay". */
final class WrongNameException extends CertificateException {
    private static final long serialVersionUID = 1;

    WrongNameException(String clause) {
        super(clause);
    }
}
