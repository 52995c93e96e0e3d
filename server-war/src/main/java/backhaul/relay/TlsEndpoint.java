package backhaul.relay;

import backhaul.pki.Tls;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Makes an accepted socket a TLS 1.3 server connection that demands a client certificate. Any thread. */
final class TlsEndpoint {
    private final SSLSocketFactory factory;
    private final int sendBuffer;

    /**
     * Asks the kernel to hold {@code sendBuffer} octets for each agent; 0 leaves it alone. Alone it takes megabytes on a
     * fast path, and tells a blocked writer that the agent reads only when a third of them has gone.
     */
    TlsEndpoint(SSLContext context, int sendBuffer) {
        this.factory = context.getSocketFactory();
        this.sendBuffer = sendBuffer;
    }

    /**
     * Layers TLS over {@code plain}, which stays ours to close: closing the TLS socket would wait for a writer that is
     * stuck, and would reset the connection under an alert that the peer has not read yet.
     */
    SSLSocket secure(Socket plain) throws IOException {
        Tls.tune(plain); // a line client has no heartbeat
        if (sendBuffer > 0) {
            plain.setSendBufferSize(sendBuffer);
        }
        SSLSocket tls = (SSLSocket) factory.createSocket(plain, InputStream.nullInputStream(), false);
        SSLParameters parameters = tls.getSSLParameters();
        Tls.harden(parameters);
        parameters.setNeedClientAuth(true);
        parameters.setApplicationProtocols(new String[] {Wire.ALPN});
        tls.setSSLParameters(parameters);
        return tls;
    }
}
