package backhaul.relay;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;

/**
 * An agent that was let in.
 *
 * @param subject the name in its certificate
 * @param address where it dialled from, in brackets
 * @param certificate its own
 * @param hello its first line; null for a line client
 * @param plain the socket under {@code tls}; closing it cuts off a writer that is stuck
 * @param tls after its handshake
 * @param in the agent's control lines; null for a line client
 */
record Peer(
        String subject,
        String address,
        X509Certificate certificate,
        Hello hello,
        Socket plain,
        SSLSocket tls,
        ControlReader in) {
    /** Subject and address, for the log. */
    String name() {
        return subject + " " + address;
    }

    /** True if it is the agent that {@code other} was: the same installation with the same name. */
    boolean isSameAgent(Peer other) {
        return hello != null
                && other.hello != null
                && hello.instance().equals(other.hello.instance())
                && subject.equals(other.subject);
    }

    boolean octetCounted() {
        return in != null;
    }
}
