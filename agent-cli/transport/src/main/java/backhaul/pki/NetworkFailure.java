package backhaul.pki;

import backhaul.transport.Printable;
import java.io.EOFException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/** Explains a failure below TLS in words. */
final class NetworkFailure {
    private NetworkFailure() {}

    /** The sentence, or null if the exception is not one of the network; {@code handshaking} as far as is known. */
    static String explain(Throwable failure, boolean handshaking, String peer) {
        String message = TlsFailure.message(failure);
        String lower = message.toLowerCase(Locale.ROOT);
        String stage = handshaking ? " during the TLS handshake" : "";
        if (failure instanceof UnknownHostException) {
            if (lower.contains("temporary failure")) {
                return "the name of " + peer + " could not be looked up (" + Printable.of(message, 200)
                        + "): this machine's resolver does not answer";
            }
            if (lower.contains("no such interface")) {
                return "this machine does not have the network interface in the address of " + peer + " ("
                        + Printable.of(message, 200) + "): run ip link to list its interfaces";
            }
            return "the name of " + peer + " was not found in the DNS (" + Printable.of(message, 200)
                    + "): check the name and this machine's resolver";
        }
        if (failure instanceof SocketTimeoutException) {
            return timeout(lower.contains("connect timed out"), handshaking, peer);
        }
        if (failure instanceof PortUnreachableException) {
            return "nothing listens on the UDP port of " + peer + " (port unreachable): start it, or check the port";
        }
        if (failure instanceof EOFException || lower.contains("remote host terminated the handshake")) {
            return peer + " closed the connection" + (handshaking ? stage : " without notice")
                    + (handshaking
                            ? ": it may not speak TLS, or refuse this address; its log may have the reason"
                            : ": it was stopped, or something on the path cut the connection");
        }
        if (failure instanceof ClosedChannelException
                || failure instanceof SocketException && lower.contains("socket") && lower.contains("closed")) {
            return "the connection to " + peer + " was closed on this side" + stage;
        }
        if (lower.contains("connection reset") || lower.contains("broken pipe") || lower.contains("connection abort")) {
            return peer + " reset the connection" + stage + " (" + Printable.of(message, 200) + ")"
                    + (handshaking
                            ? ": it may not speak TLS, or a firewall refuses this address"
                            : ": it was stopped, refused our certificate, or something on the path dropped the connection");
        }
        if (!(failure instanceof SocketException)) {
            return null;
        }
        if (lower.contains("refused")) {
            return refused(peer);
        }
        if (failure instanceof NoRouteToHostException || lower.contains("no route") || lower.contains("host is down")) {
            return "there is no route to " + peer + ": the machine is off, or a firewall rejects the connection";
        }
        if (lower.contains("network is unreachable") || lower.contains("network is down")) {
            return "the network of " + peer + " cannot be reached: check this machine's own connection";
        }
        if (lower.contains("timed out")) {
            return timeout(failure instanceof ConnectException, handshaking, peer);
        }
        if (lower.contains("protocol family unavailable")
                || lower.contains("address family not supported")
                || lower.contains("ipv6 not available")) {
            return "this machine has no IPv6, which the address of " + peer
                    + " needs: give its IPv4 address or another name, or turn IPv6 on";
        }
        if (lower.contains("invalid argument")) {
            return "the address of " + peer + " cannot be used: an address that begins with fe80 needs its interface,"
                    + " such as [fe80::1%eth0]";
        }
        if (lower.contains("too many open files")) {
            return "this process has no file descriptor left for a connection to " + peer
                    + ": raise LimitNOFILE= of the service, or ulimit -n";
        }
        if (lower.contains("permission denied") || lower.contains("operation not permitted")) {
            return "this machine forbids the connection to " + peer + " (" + Printable.of(message, 200)
                    + "): check its firewall and the restrictions of the service";
        }
        if (failure instanceof BindException || lower.contains("cannot assign requested address")) {
            return "this machine has no address for a connection to " + peer + " (" + Printable.of(message, 200)
                    + "): check the address";
        }
        if (failure instanceof ConnectException) {
            // In a language other than English, only the class is a clue.
            return refused(peer);
        }
        return null;
    }

    private static String timeout(boolean connecting, boolean handshaking, String peer) {
        if (connecting) {
            return peer
                    + " did not answer in time (connect time-out): check the address, and whether a firewall drops it";
        }
        return handshaking
                ? peer + " did not finish the TLS handshake in time: it is overloaded, or not a TLS service"
                : "nothing was heard from " + peer + " in time: the path to it is down, or it hangs";
    }

    private static String refused(String peer) {
        return peer + " refused the connection: nothing listens there, check the port and whether it is running";
    }
}
