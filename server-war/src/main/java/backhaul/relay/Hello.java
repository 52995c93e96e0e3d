package backhaul.relay;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;

/**
 * An agent's first line: {@code HELLO <instance> [<stream> <next>]}.
 *
 * @param instance random id of that agent's installation
 * @param stream id of the stream that it followed last, or null if it comes without a position
 * @param next the number of the message of that stream that it wants next
 */
record Hello(String instance, String stream, long next) {
    /** Reads the line; {@code line} is null if the peer closed before it. */
    static Hello parse(ControlLine line) throws PeerRefusedException {
        if (line == null) {
            throw new PeerRefusedException("it closed the connection before its HELLO");
        }
        String instance = line.argument(0);
        if (!line.word().equals(Wire.HELLO) || !instance.matches(Wire.ID)) {
            throw new PeerRefusedException(
                    "its first line must be HELLO and an id of 1..64 letters, digits and hyphens, was " + line);
        }
        if (line.arguments().size() < 3) {
            return new Hello(instance, null, 0);
        }
        String stream = line.argument(1);
        String next = line.argument(2);
        if (!stream.matches(Wire.ID) || !next.matches("\\d{1,18}")) {
            throw new PeerRefusedException("the position in its HELLO must be a stream's id and a number, was " + line);
        }
        return new Hello(instance, stream, Long.parseLong(next));
    }

    /** The number of the message that it begins with. */
    long start(Backlog backlog) {
        if (stream == null) {
            return backlog.next();
        }
        // All of another stream is new to this agent: messages that the ring no longer holds count as lost, as always.
        return stream.equals(backlog.stream()) ? Math.min(next, backlog.next()) : 0;
    }
}
