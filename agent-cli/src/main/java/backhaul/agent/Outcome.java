package backhaul.agent;

import backhaul.transport.OwnMessage;
import java.time.Duration;

/**
 * How one attempt at a relay ended.
 *
 * @param relaySpoke the relay itself has accepted this agent, or sent something
 * @param lived from the TLS handshake to the end
 * @param sentence to print, without a full stop
 * @param atOnce there is no reason to wait before the next attempt
 */
record Outcome(boolean relaySpoke, Duration lived, String sentence, boolean atOnce) {
    /** No session came about. */
    static Outcome failed(String reason) {
        return new Outcome(false, Duration.ZERO, reason, false);
    }

    /** A session was there and has ended. */
    static Outcome disconnected(boolean relaySpoke, Duration lived, long messages, long lost, String reason) {
        return new Outcome(
                relaySpoke,
                lived,
                "Disconnected after " + DurationText.show(lived) + ", " + OwnMessage.messages(messages)
                        + (lost > 0 ? ", " + lost + " lost: " : ": ") + reason,
                false);
    }

    /** The same end, after which waiting is no use. */
    Outcome atOnceAgain() {
        return new Outcome(relaySpoke, lived, sentence, true);
    }
}
