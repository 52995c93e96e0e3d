package backhaul.relay.host;

import backhaul.relay.status.Text;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Explains why a socket could not be bound. The text of the system's error is in the system's language, so the kernel is
 * asked; the text, if it is English, helps where the kernel has no answer.
 *
 * @param protocol udp or tcp
 * @param firstUnprivileged the lowest port that every user can bind
 */
public record BindFailure(String protocol, InetSocketAddress address, Exception cause, int firstUnprivileged) {
    private static final Path UNPRIVILEGED = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

    public BindFailure(String protocol, InetSocketAddress address, Exception cause) {
        this(protocol, address, cause, firstUnprivilegedHere());
    }

    /** @param keys the start of the names of the settings of the address, such as relay.udp */
    public String sentence(String keys) {
        return keys + ".address and " + keys + ".port: cannot listen on " + Text.listening(address) + ": " + why();
    }

    private String why() {
        if (cause instanceof UnsupportedAddressTypeException) {
            return "this machine has no IPv6";
        }
        if (isElsewhere()) {
            return "this machine does not have that address";
        }
        if (isInUse()) {
            return "another program has this port";
        }
        if (isForbidden()) {
            return "a port below 1024 needs the capability CAP_NET_BIND_SERVICE";
        }
        return text();
    }

    public boolean isInUse() {
        return text().contains("in use") || PortOwner.find(protocol, address) != null;
    }

    /** The port is free, but this user has no permission to bind it. */
    public boolean isForbidden() {
        return text().contains("ermission denied")
                || !(cause instanceof UnsupportedAddressTypeException)
                        && address.getPort() > 0
                        && address.getPort() < firstUnprivileged
                        && !isElsewhere()
                        && !isInUse();
    }

    private boolean isElsewhere() {
        try {
            return text().contains("Cannot assign")
                    || !address.getAddress().isAnyLocalAddress()
                            && !address.getAddress().isLoopbackAddress()
                            && NetworkInterface.getByInetAddress(address.getAddress()) == null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static int firstUnprivilegedHere() {
        try {
            return Integer.parseInt(Files.readString(UNPRIVILEGED).strip());
        } catch (IOException | NumberFormatException e) {
            return 1024;
        }
    }

    private String text() {
        return String.valueOf(cause.getMessage());
    }
}
