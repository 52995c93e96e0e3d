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

/** Makes an accepted socket a TLS 1.3 server connection that requires a client certificate. Any thread. */
final class TlsEndpoint {
    private final SSLSocketFactory factory;
    private final int sendBuffer;

    /**
     * Asks the kernel to buffer {@code sendBuffer} bytes for each agent; 0 leaves the choice to the kernel. It then
     * takes megabytes on a fast path, and tells a blocked writer only after a third of them has gone that the agent
     * reads.
     */
    TlsEndpoint(SSLContext context, int sendBuffer) {
        this.factory = context.getSocketFactory();
        this.sendBuffer = sendBuffer;
    }

    /**
     * Layers TLS over {@code plain}, which stays ours to close: closing the TLS socket would wait for a stuck writer,
     * and would reset the connection before the peer has read an alert.
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
