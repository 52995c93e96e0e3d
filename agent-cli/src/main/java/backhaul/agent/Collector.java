package backhaul.agent;

import java.util.Locale;

/**
 * The syslog daemon that gets the messages, and how.
 *
 * @param way how messages get there
 */
record Collector(Way way, HostPort address) {
    /** How messages get there: datagrams, or TCP with one of the framings of RFC 6587 section 3.4. */
    enum Way {
        UDP("udp"),
        TCP("tcp"),
        TCP_LF("tcp+lf");

        private final String scheme;

        Way(String scheme) {
            this.scheme = scheme;
        }
    }

    /**
     * Reads {@code [udp://|tcp://|tcp+lf://]HOST[:PORT]}.
     *
     * @throws IllegalArgumentException whose message continues a sentence that begins with the option's name
     */
    static Collector parse(String text) {
        int end = text.indexOf("://");
        if (end < 0) {
            return new Collector(Way.UDP, HostPort.parse(text));
        }
        String scheme = text.substring(0, end).toLowerCase(Locale.ROOT);
        for (Way way : Way.values()) {
            if (way.scheme.equals(scheme)) {
                return new Collector(way, HostPort.parse(text.substring(end + 3)));
            }
        }
        throw new IllegalArgumentException(
                "must begin with udp://, tcp:// or tcp+lf:// or be HOST[:PORT], was " + text);
    }

    @Override
    public String toString() {
        return way == Way.UDP ? address.toString() : way.scheme + "://" + address;
    }
}
