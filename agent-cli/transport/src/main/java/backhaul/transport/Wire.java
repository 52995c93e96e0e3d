package backhaul.transport;

/**
 * The numbers and words of the wire contract. Messages are octet-counted as in RFC 6587 section 3.4.1, {@code MSG-LEN
 * SP MSG}; control lines begin with a capital letter and end in LF, so the first octet of a frame shows which it is.
 */
public final class Wire {
    /** The ALPN name of the octet-counted framing; a connection without ALPN carries lines. */
    public static final String ALPN = "syslog-relay/1";

    /** Octets of the longest message on the wire. */
    public static final int MAX_MESSAGE = 65_535;

    /** Octets of the longest message that fits into a UDP datagram over IPv4. */
    public static final int MAX_DATAGRAM = 65_507;

    /** Octets of the longest control line, its LF included. */
    public static final int MAX_CONTROL = 512;

    /** The largest number in a control line: 18 digits. So is the largest sequence number. */
    public static final long MAX_NUMBER = 999_999_999_999_999_999L;

    /** Silent heartbeat intervals after which a peer counts as gone. */
    public static final int SILENT_INTERVALS = 3;

    /** The default port of both ends of the relay, as for syslog over UDP (RFC 5426). */
    public static final int DEFAULT_PORT = 514;

    /** The form of the id of an installation or of a stream. */
    public static final String ID = "[A-Za-z0-9-]{1,64}";

    public static final String HELLO = "HELLO";
    public static final String STREAM = "STREAM";
    public static final String ALIVE = "ALIVE";
    public static final String LOST = "LOST";
    public static final String BYE = "BYE";

    private Wire() {}
}
