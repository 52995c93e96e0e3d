package backhaul.pki;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;

/**
 * The socket options of both sides. A JDK context named "TLSv1.3" still offers 1.2 as well, so each socket must be set.
 */
public final class Tls {
    /** The JDK's name for it. */
    public static final String VERSION = "TLSv1.3";

    /** The JDK's name for a key exchange that the certificate does not decide, as in TLS 1.3. */
    static final String KEY_EXCHANGE = "UNKNOWN";

    // Seconds of silence, then seconds between probes.
    private static final int KEEP_ALIVE_IDLE = 30;
    private static final int KEEP_ALIVE_INTERVAL = 10;
    private static final int KEEP_ALIVE_PROBES = 3;

    private Tls() {}

    /** Leaves only TLS 1.3 enabled, if set on a socket before its handshake. */
    public static void harden(SSLParameters parameters) {
        parameters.setProtocols(new String[] {VERSION});
    }

    /** Makes a socket send at once, and lets TCP itself detect that the path is down. */
    public static void tune(Socket plain) throws IOException {
        plain.setTcpNoDelay(true);
        plain.setKeepAlive(true);
        set(plain, ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE);
        set(plain, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL);
        set(plain, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
    }

    private static void set(Socket plain, SocketOption<Integer> option, int value) throws IOException {
        if (plain.supportedOptions().contains(option)) {
            plain.setOption(option, value);
        }
    }

    /** The certificates that the peer has shown, its own first. */
    public static List<X509Certificate> chain(SSLSocket tls) throws SSLPeerUnverifiedException {
        return Arrays.stream(tls.getSession().getPeerCertificates())
                .map(X509Certificate.class::cast)
                .toList();
    }
}
