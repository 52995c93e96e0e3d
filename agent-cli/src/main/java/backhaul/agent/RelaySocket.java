package backhaul.agent;

import backhaul.pki.Credentials;
import backhaul.pki.Tls;
import backhaul.transport.ControlLine;
import backhaul.transport.DurationText;
import backhaul.transport.EmptyRecords;
import backhaul.transport.Wire;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * A TCP connection to one address of a relay, and TLS 1.3 over it. The plain socket is kept, because closing it frees a
 * thread that is stuck in a read, a write or a handshake. Closing the TLS socket does not.
 */
final class RelaySocket {
    static {
        // Otherwise a cut stream looks like one that was closed. Read once, when the JDK's TLS is first used.
        System.setProperty("com.sun.net.ssl.requireCloseNotify", "true");
    }

    private final HostPort relay;
    private final InetSocketAddress address;
    private final ReadAheadSocket plain = new ReadAheadSocket();
    private volatile String addressGone; // written once, by checkAddress; null while the address is there
    private volatile InetAddress local; // written once, by lookForAddress; null if it has not been seen
    private volatile String trustGone; // written once, by checkTrust; null while there is trust
    private volatile RelayTrust trust; // written once, by secure; null until the handshake is done
    private volatile SSLSocket tls; // written once, by secure; null until TCP is up

    RelaySocket(HostPort relay, InetAddress address) {
        this.relay = relay;
        this.address = new InetSocketAddress(address, relay.port());
    }

    /** The first half of a connection: TCP. The caller has armed {@code deadline} to {@link #cut} it off. */
    void dial(Deadline deadline) throws IOException {
        try {
            Tls.tune(plain);
            plain.connect(address);
        } catch (IOException e) {
            cut();
            throw late(deadline, e, "no answer to TCP within %s: is the host up, and does no firewall drop it?");
        }
    }

    /** The second half: TLS, with the relay's certificate checked. */
    void secure(Credentials credentials, Deadline deadline) throws IOException {
        try {
            Instant now = Instant.now();
            // A context for this connection only: no session is resumed, so none escapes a check.
            tls = (SSLSocket) credentials
                    .sslContext(relay.certificateName())
                    .getSocketFactory()
                    .createSocket(plain, relay.certificateName(), relay.port(), true);
            tls.setSSLParameters(parameters(tls.getSSLParameters()));
            tls.startHandshake();
            plain.secured();
            trust = new RelayTrust(credentials, chain(), relay.certificateName(), now);
        } catch (IOException e) {
            cut();
            throw late(deadline, e, "TCP answered, but the TLS handshake did not finish within %s: is this a relay?");
        }
    }

    /** The relay's certificate chain, its own certificate first. */
    List<X509Certificate> chain() throws SSLPeerUnverifiedException {
        return Tls.chain(tls);
    }

    /** Did the relay choose the octet-counted framing? */
    boolean octetCounted() {
        return Wire.ALPN.equals(tls.getApplicationProtocol());
    }

    InputStream in() throws IOException {
        return new FilterInputStream(tls.getInputStream()) {
            @Override
            public int read(byte[] octets, int offset, int length) throws IOException {
                int count = in.read(octets, offset, length);
                plain.delivered();
                return count;
            }
        };
    }

    void say(ControlLine line) throws IOException {
        tls.getOutputStream().write(line.octets());
    }

    /** A read fails once no byte has come for this long. */
    void silenceLimit(Duration limit) throws IOException {
        plain.setSoTimeout((int) limit.toMillis());
    }

    /** Sends close_notify; reading continues until the relay has sent its own. */
    void endOutput() throws IOException {
        // With a time-out set, closing could wait for it.
        plain.setSoTimeout(0);
        tls.shutdownOutput();
    }

    /** Disconnects at once, whatever any thread is doing with it. */
    void cut() {
        try {
            plain.close();
        } catch (IOException e) {
            // Nothing is left to do for a socket that cannot even be closed.
        }
    }

    /** The address in digits, without the zeros of an IPv6 address as in RFC 5952. */
    String host() {
        String digits = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address ? digits.replaceFirst("(^|:)(0(:|$)){2,}", "::") : digits;
    }

    /** The address and port in digits. */
    String address() {
        return new HostPort(host(), address.getPort()).toString();
    }

    /**
     * Looks whether the address it is made from is {@code present} on this machine. Call this after {@link #dial}: an
     * address that no interface has ever had, as with a route to a whole network, proves nothing later.
     */
    void lookForAddress(Predicate<InetAddress> present) {
        InetAddress now = plain.getLocalAddress();
        local = present.test(now) ? now : null;
    }

    /** Cuts the connection off if that address was present and no longer is. Runs on the timer. */
    void checkAddress(Predicate<InetAddress> present) {
        InetAddress before = local;
        if (before != null && !plain.isClosed() && !present.test(before)) {
            addressGone = "this machine has lost the address " + before.getHostAddress()
                    + " that the connection was made from";
            cut();
        }
    }

    /** Does an interface of this machine have that address? Yes if it cannot be found out. */
    static boolean isPresent(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    /** The reason why {@link #checkAddress} has cut it off, a clause; null if it has not. */
    String addressGone() {
        return addressGone;
    }

    /** Cuts the connection off if one of its certificates is no longer valid. Runs on the certificate watch. */
    void checkTrust(Credentials current, Instant now) {
        RelayTrust established = trust;
        if (established == null || plain.isClosed()) {
            return;
        }
        String problem = established.problem(current, now);
        if (problem != null) {
            trustGone = problem;
            cut();
        }
    }

    /** The reason why {@link #checkTrust} has cut it off, a clause; null if it has not. */
    String trustGone() {
        return trustGone;
    }

    /** The flood by the relay that made a read fail, a clause; null if there was none. */
    String flood() {
        return plain.flooded()
                ? "the relay sent over " + EmptyRecords.AT_ONCE
                        + " TLS records that bring no data, such as key updates: it is faulty, or no relay"
                : null;
    }

    private SSLParameters parameters(SSLParameters parameters) {
        Tls.harden(parameters);
        parameters.setApplicationProtocols(new String[] {Wire.ALPN});
        if (!relay.isAddress()) {
            parameters.setServerNames(List.of(new SNIHostName(relay.certificateName())));
        }
        return parameters;
    }

    private static IOException late(Deadline deadline, IOException failure, String sentence) {
        return deadline.passed()
                ? new ConnectionEnd(String.format(Locale.ROOT, sentence, DurationText.show(deadline.limit())), failure)
                : failure;
    }
}
