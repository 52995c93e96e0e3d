package backhaul.agent;

import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import java.time.Duration;

/**
 * How one attempt at a relay ended.
 *
 * @param relaySpoke the relay itself has accepted this agent, or sent something
 * @param lived from the TLS handshake to the end
 * @param sentence to print, without a full stop
 * @param next when the next attempt is due
 */
record Outcome(boolean relaySpoke, Duration lived, String sentence, Next next) {
    /** When the next attempt is due. */
    enum Next {
        /** Nothing has happened yet: the relay has reported what to ask it for. */
        SAME_AGAIN,
        /** There is no reason to wait. */
        AT_ONCE,
        /** The relay seems to be restarting: it will be back soon. */
        SOON,
        /** After the usual pause. */
        LATER
    }

    /** There was no session. */
    static Outcome failed(String reason) {
        return new Outcome(false, Duration.ZERO, reason, Next.LATER);
    }

    /** There was a session, and it has ended. */
    static Outcome disconnected(boolean relaySpoke, Duration lived, long messages, long lost, String reason) {
        return new Outcome(
                relaySpoke,
                lived,
                "Disconnected after " + DurationText.show(lived) + ", " + OwnMessage.messages(messages)
                        + (lost > 0 ? ", " + lost + " lost: " : ": ") + reason,
                Next.LATER);
    }

    /** A session only showed where the next one must begin. */
    static Outcome again(Duration lived) {
        return new Outcome(true, lived, "", Next.SAME_AGAIN);
    }

    /** The same end, with another time for the next attempt. */
    Outcome then(Next due) {
        return new Outcome(relaySpoke, lived, sentence, due);
    }
}
