package backhaul.agent;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.net.ProtocolException;
import java.time.Duration;

/**
 * The line that a relay sends when it accepts an agent.
 *
 * @param stream random id of the ring that the relay holds
 * @param next sequence number of the first message that follows
 * @param heartbeat after this long without anything to send, either side sends {@code ALIVE}
 * @param waiting messages that this agent has to catch up with, or -1 if the relay does not report it
 */
record StreamStart(String stream, long next, Duration heartbeat, long waiting) {
    private static final long MIN_HEARTBEAT_MILLIS = 100;
    private static final long MAX_HEARTBEAT_MILLIS = 3_600_000;

    static StreamStart parse(ControlLine line) throws ProtocolException {
        String stream = line.argument(0);
        if (!stream.matches(Wire.ID)) {
            throw new ProtocolException(
                    "the relay sent " + Wire.STREAM + " without an id of 1..64 letters, digits or dashes: " + line);
        }
        return new StreamStart(
                stream,
                number(line, 1, "a sequence number", 0, Wire.MAX_NUMBER),
                Duration.ofMillis(number(line, 2, "a heartbeat in ms", MIN_HEARTBEAT_MILLIS, MAX_HEARTBEAT_MILLIS)),
                RelayWords.number(line.argument(3)));
    }

    private static long number(ControlLine line, int argument, String what, long least, long most)
            throws ProtocolException {
        long number = RelayWords.number(line.argument(argument));
        if (number >= least && number <= most) {
            return number;
        }
        throw new ProtocolException(
                "the relay sent " + Wire.STREAM + " without " + what + " of " + least + ".." + most + ": " + line);
    }
}
