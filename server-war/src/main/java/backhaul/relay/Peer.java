package backhaul.relay;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;

/**
 * An agent that was let in.
 *
 * @param subject the name in its certificate
 * @param address where it connected from, in brackets
 * @param chain the certificates it has shown, its own first
 * @param authorization the policy's decision about them
 * @param hello its first line; null for a line client
 * @param plain the socket under {@code tls}; closing it cuts off a writer that is stuck
 * @param tls after its handshake
 * @param input the bytes that it sends
 * @param in the same as control lines; null for a line client
 */
record Peer(
        String subject,
        String address,
        List<X509Certificate> chain,
        PeerPolicy.Authorization authorization,
        Hello hello,
        AgentSocket plain,
        SSLSocket tls,
        AgentInput input,
        ControlReader in) {
    /** Its own certificate. */
    X509Certificate certificate() {
        return chain.get(0);
    }

    /** Subject and address, for the log. */
    String name() {
        return subject + " " + address;
    }

    /**
     * The key under which an agent is known when it connects again: its installation and its name; null for a line
     * client.
     */
    String identity() {
        return hello == null ? null : hello.instance() + " " + subject;
    }

    boolean isSameAgent(Peer other) {
        return hello != null && identity().equals(other.identity());
    }

    boolean octetCounted() {
        return in != null;
    }
}
