package backhaul.relay;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;

/**
 * An agent's first line: {@code HELLO <instance> [<stream> <next>]}.
 *
 * @param instance random id of that agent's installation
 * @param stream the run of a relay that it followed last, or null if it comes without a position
 * @param next the number of the message of that stream that it wants next
 */
record Hello(String instance, String stream, long next) {
    private static final String ID = "[A-Za-z0-9-]{1,64}";

    /** Reads the line; {@code line} is null if the peer closed before it. */
    static Hello parse(ControlLine line) throws PeerRefusedException {
        if (line == null) {
            throw new PeerRefusedException("it closed the connection before its HELLO");
        }
        String instance = line.argument(0);
        if (!line.word().equals(Wire.HELLO) || !instance.matches(ID)) {
            throw new PeerRefusedException(
                    "its first line must be HELLO and an id of 1..64 letters, digits and hyphens, was " + line);
        }
        if (line.arguments().size() < 3) {
            return new Hello(instance, null, 0);
        }
        String stream = line.argument(1);
        String next = line.argument(2);
        if (!stream.matches(ID) || !next.matches("\\d{1,18}")) {
            throw new PeerRefusedException("the position in its HELLO must be a stream's id and a number, was " + line);
        }
        return new Hello(instance, stream, Long.parseLong(next));
    }

    /** Where it begins in {@code backlog}, the ring of the run {@code current} of this relay. */
    long start(String current, Backlog backlog) {
        if (stream == null) {
            return backlog.next();
        }
        // A relay that was restarted has another stream: everything it holds is new to this agent.
        return stream.equals(current) ? Math.min(next, backlog.next()) : backlog.oldest();
    }
}
