package backhaul.agent;

import backhaul.transport.Wire;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A name or address and a port, as it is written in options and shown in messages.
 *
 * @param host a name, an IPv4 address or an IPv6 address without brackets
 * @param port 1..65535
 */
record HostPort(String host, int port) {
    /** Bytes of the longest host name (RFC 1035 section 2.3.4). */
    private static final int MAX_NAME = 253;

    /**
     * Reads {@code HOST[:PORT]}, an IPv6 address in brackets; the port is 514 when none is given.
     *
     * @throws IllegalArgumentException whose message continues a sentence that begins with the option's name
     */
    static HostPort parse(String text) {
        String host = text;
        String port = null;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
                throw wrong(text);
            }
            host = checkedAddress(text, text.substring(1, end));
            port = end + 1 < text.length() ? text.substring(end + 2) : null;
        } else {
            int colon = text.indexOf(':');
            if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
                throw new IllegalArgumentException(
                        "must be HOST[:PORT] with an IPv6 address in brackets, such as [::1]:514, was " + text);
            }
            host = colon < 0 ? text : text.substring(0, colon);
            port = colon < 0 ? null : text.substring(colon + 1);
            if (!isName(host)) {
                throw wrong(text);
            }
        }
        return new HostPort(host, port == null ? Wire.DEFAULT_PORT : checkedPort(text, port));
    }

    /** Is the host an address rather than a name? */
    boolean isAddress() {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    /** The host as it is written in a certificate: no zone of an address, no dot after a name. */
    String certificateName() {
        int zone = host.indexOf('%');
        String name = zone < 0 ? host : host.substring(0, zone);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    private static String checkedAddress(String text, String address) {
        try {
            // Without the zone: its interface may come up later.
            int zone = address.indexOf('%');
            String plain = zone < 0 ? address : address.substring(0, zone);
            if (plain.indexOf(':') >= 0 && zone != address.length() - 1) {
                InetAddress.getByName(plain); // with a colon it is never looked up
                return address;
            }
        } catch (UnknownHostException e) {
            // reported below
        }
        throw new IllegalArgumentException("must have an IPv6 address inside the brackets, was " + text);
    }

    private static int checkedPort(String text, String port) {
        if (!port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65_535) {
                return number;
            }
        }
        throw new IllegalArgumentException("must have a port 1..65535, was " + text);
    }

    private static boolean isName(String host) {
        return !host.isEmpty()
                && host.length() <= MAX_NAME
                && !host.startsWith("-")
                && !host.startsWith(".")
                && host.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_');
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("must be HOST[:PORT], was " + text);
    }
}
