package backhaul.agent;

import backhaul.transport.Tls;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;

/**
 * A TCP connection to one address of a relay, and TLS 1.3 over it. The plain socket is kept, since closing that one cuts
 * off whoever is stuck in a read, a write or a handshake, which closing the other does not.
 */
final class RelaySocket {
    // Keep-alive finds a path that died: 30 s of silence, then 3 probes 10 s apart.
    private static final int KEEP_ALIVE_IDLE_SECONDS = 30;
    private static final int KEEP_ALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEP_ALIVE_PROBES = 3;

    static {
        // Else a stream that was cut off looks like one that was ended. Read once, when the JDK's TLS is first used.
        System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
    }

    private final HostPort relay;
    private final InetSocketAddress address;
    private final Socket plain = new PlainSocket();
    private volatile String addressGone; // written once, by checkAddress; null while the address is there
    private InetAddress local; // watching thread only; null until it was seen
    private volatile SSLSocket tls; // written once, by connect; null until TCP is up

    RelaySocket(HostPort relay, InetAddress address) {
        this.relay = relay;
        this.address = new InetSocketAddress(address, relay.port());
    }

    /** Connects and shakes hands; whoever calls has armed {@code deadline} to {@link #cut} it off. */
    void connect(SSLContext context, Deadline deadline) throws IOException {
        try {
            tune();
            try {
                plain.connect(address);
            } catch (IOException e) {
                throw late(deadline, e, "no answer to TCP within %s: is the host up, and does no firewall drop it?");
            }
            try {
                tls = (SSLSocket)
                        context.getSocketFactory().createSocket(plain, relay.certificateName(), relay.port(), true);
                tls.setSSLParameters(parameters(tls.getSSLParameters()));
                tls.startHandshake();
            } catch (IOException e) {
                throw late(
                        deadline, e, "TCP answered, but the TLS handshake did not finish within %s: is this a relay?");
            }
        } catch (IOException e) {
            cut();
            throw e;
        }
    }

    /** Did the relay choose the octet-counted framing? */
    boolean octetCounted() {
        return Wire.ALPN.equals(tls.getApplicationProtocol());
    }

    InputStream in() throws IOException {
        return tls.getInputStream();
    }

    OutputStream out() throws IOException {
        return tls.getOutputStream();
    }

    /** A read fails once no octet has come for so long. */
    void silenceLimit(Duration limit) throws IOException {
        plain.setSoTimeout((int) limit.toMillis());
    }

    /** Sends close_notify; reading goes on until the relay has sent its own. */
    void endOutput() throws IOException {
        // With a time-out set, closing could wait for it.
        plain.setSoTimeout(0);
        tls.shutdownOutput();
    }

    /** Ends it at once, whatever any thread is doing with it. */
    void cut() {
        try {
            plain.close();
        } catch (IOException e) {
            // Nothing is left to do for a socket that cannot even be closed.
        }
    }

    /** The address and port in digits, zeros of an IPv6 address left out as in RFC 5952. */
    String address() {
        String digits = address.getAddress().getHostAddress();
        if (address.getAddress() instanceof Inet6Address) {
            digits = digits.replaceFirst("(^|:)(0(:|$)){2,}", "::");
        }
        return new HostPort(digits, address.getPort()).toString();
    }

    /**
     * Cuts the connection off if the address it was made from was {@code present} on this machine and is no more. Runs
     * on the watching thread.
     */
    void checkAddress(Predicate<InetAddress> present) {
        InetAddress now = plain.getLocalAddress();
        if (local == null) {
            // An address that no interface has ever had, as with a route to all of a network, says nothing.
            local = plain.isConnected() && present.test(now) ? now : null;
        } else if (!plain.isClosed() && !present.test(local)) {
            addressGone = "this machine has lost the address " + local.getHostAddress()
                    + " that the connection was made from";
            cut();
        }
    }

    /** Why {@link #checkAddress} has cut it off, a clause; null if it has not. */
    String addressGone() {
        return addressGone;
    }

    private void tune() throws IOException {
        plain.setTcpNoDelay(true);
        plain.setKeepAlive(true);
        set(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
        set(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
        set(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
    }

    private void set(SocketOption<Integer> option, int value) throws IOException {
        if (plain.supportedOptions().contains(option)) {
            plain.setOption(option, value);
        }
    }

    private SSLParameters parameters(SSLParameters parameters) {
        Tls.harden(parameters);
        parameters.setApplicationProtocols(new String[] {Wire.ALPN});
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must name the host that was asked for
        if (!relay.isAddress()) {
            parameters.setServerNames(List.of(new SNIHostName(relay.certificateName())));
        }
        return parameters;
    }

    private static IOException late(Deadline deadline, IOException failure, String sentence) {
        return deadline.passed()
                ? new ConnectionEnd(String.format(sentence, DurationText.show(deadline.limit())), failure)
                : failure;
    }
}
