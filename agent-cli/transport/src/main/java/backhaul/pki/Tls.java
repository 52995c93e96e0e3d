package backhaul.pki;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The one version of TLS. A JDK context of the name "TLSv1.3" still offers 1.2 as well: each socket has to be told.
 */
public final class Tls {
    /** The JDK's name of it. */
    public static final String VERSION = "TLSv1.3";

    /** How the JDK calls the key exchange where the certificate does not decide it, as in TLS 1.3. */
    static final String KEY_EXCHANGE = "UNKNOWN";

    private Tls() {}

    /** Leaves TLS 1.3 alone; to be called before the handshake. */
    public static void harden(SSLSocket socket) {
        socket.setEnabledProtocols(new String[] {VERSION});
    }

    /** The same for parameters that are set on a socket later. */
    public static void harden(SSLParameters parameters) {
        parameters.setProtocols(new String[] {VERSION});
    }
}
