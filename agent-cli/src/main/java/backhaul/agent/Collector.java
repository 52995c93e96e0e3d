package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The syslog daemon that gets the messages, and how they are sent.
 *
 * @param way how messages get there
 * @param address null for a Unix socket
 * @param path absolute; null except for a Unix socket
 * @param maxMessage bytes of the longest message by TCP
 */
record Collector(Way way, HostPort address, Path path, int maxMessage) {
    /** How messages get there: datagrams, or TCP with one of the framings of RFC 6587 section 3.4. */
    enum Way {
        UDP("udp://"),
        TCP("tcp://"),
        TCP_LF("tcp+lf://"),
        UNIX("unix:");

        private final String scheme;

        Way(String scheme) {
            this.scheme = scheme;
        }
    }

    /** Bytes of the longest path of a Unix socket (unix(7)). */
    private static final int MAX_PATH = 107;

    Collector(Way way, HostPort address, Path path) {
        this(way, address, path, Integer.parseInt(Setting.COLLECTOR_MAX_MESSAGE.defaultValue()));
    }

    Collector(Way way, HostPort address) {
        this(way, address, null);
    }

    Collector withMaxMessage(int octets) {
        return new Collector(way, address, path, octets);
    }

    /**
     * Reads {@code [udp://|tcp://|tcp+lf://]HOST[:PORT]} or {@code unix:PATH}.
     *
     * @throws IllegalArgumentException whose message continues a sentence that begins with the option's name
     */
    static Collector parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (Way way : Way.values()) {
            if (lower.startsWith(way.scheme)) {
                String rest = text.substring(way.scheme.length());
                return way == Way.UNIX
                        ? new Collector(way, null, path(text, rest))
                        : new Collector(way, HostPort.parse(rest));
            }
        }
        if (text.contains("://")) {
            throw new IllegalArgumentException(
                    "must begin with udp://, tcp://, tcp+lf:// or unix:/ or be HOST[:PORT], was " + text);
        }
        return new Collector(Way.UDP, HostPort.parse(text));
    }

    private static Path path(String text, String rest) {
        String path = rest.startsWith("///") ? rest.substring(2) : rest;
        if (!path.startsWith("/") || path.startsWith("//")) {
            throw new IllegalArgumentException("must have a path from the root, such as unix:/dev/log, was " + text);
        }
        if (path.getBytes(UTF_8).length > MAX_PATH) {
            throw new IllegalArgumentException(
                    "must have a path of at most " + MAX_PATH + " octets, as sockets do, was " + text);
        }
        return FileName.parse(path, null);
    }

    @Override
    public String toString() {
        return switch (way) {
            case UDP -> address.toString();
            case TCP, TCP_LF -> way.scheme + address;
            case UNIX -> way.scheme + path;
        };
    }
}
