package backhaul.agent;

import backhaul.transport.ControlLine;
import backhaul.transport.OwnMessage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a relay that was restarted. If its ring is a new one, the old one is gone with all that this agent had
 * not got of it: how much that was, only the relay can have said, as its last word.
 *
 * <p>Used by that relay's loop, on its thread; kept until the reader of the log was told.
 */
final class Restart {
    private static final long UNKNOWN = -1;

    /** Instead of what it looked like at first. */
    static final String RESTARTED = "the relay was restarted";

    private static final Pattern NOT_SENT = Pattern.compile("(\\d{1,18}) messages? not sent");

    private boolean stopped; // it said so
    private boolean refused; // connections, after it had taken one
    private boolean newRing;
    private long notSent = UNKNOWN; // of the ring that this agent followed
    private long behind; // to catch up with in that ring as the connection ended; then more may have come

    /** The relay's last word was {@code BYE shutdown}. */
    void stopped(ControlLine bye) {
        stopped = true;
        if (!newRing) {
            Matcher number = NOT_SENT.matcher(bye.text(1));
            notSent = number.find() ? Long.parseLong(number.group(1)) : UNKNOWN; // as of a relay before 0.2.0
        }
    }

    /** The connection has ended while there were so many messages to catch up with. */
    void broken(long toCatchUp) {
        if (!newRing) {
            behind = toCatchUp;
        }
    }

    /** Nothing listens at the relay's port. */
    void refused() {
        refused = true;
    }

    /** It goes on with the ring that it had. */
    void sameRing() {
        notSent = UNKNOWN;
        behind = 0;
    }

    /** It has another ring, and perhaps had one more in between. */
    void newRing(boolean onceMore) {
        newRing = true;
        if (onceMore) {
            notSent = UNKNOWN;
        }
    }

    boolean hasStopped() {
        return stopped;
    }

    boolean hasNewRing() {
        return newRing;
    }

    /** Is there a loss that nobody can give a number for? */
    boolean losesUnknown() {
        return newRing && notSent == UNKNOWN;
    }

    /** Messages that are lost with the old ring, if the number is known. */
    long lost() {
        return newRing ? Math.max(0, notSent) : 0;
    }

    /** The same, or as many as are known to be. */
    long knownLost() {
        return losesUnknown() ? behind : lost();
    }

    /**
     * All of it as a clause; empty if there is nothing to tell.
     *
     * @param outage whose cause is told already; null for none
     */
    String text(HostPort relay, Handover.Outage outage) {
        String who = outage == null
                ? "the relay " + relay + " was restarted"
                : outage.cause().equals(RESTARTED) ? "" : RESTARTED;
        if (!newRing) {
            return outage != null && (stopped || refused) ? who : "";
        }
        return who + (who.isEmpty() ? "" : ": ") + "its ring is new, and " + old(outage);
    }

    private String old(Handover.Outage outage) {
        if (notSent == 0) {
            return "everything in the old one had been sent";
        }
        if (notSent > 0) {
            return "the old one is lost with " + OwnMessage.messages(notSent) + " that had not been sent";
        }
        return "whatever was in the old one and had not been sent "
                + (outage == null
                        ? "to this agent's last run"
                        : "here by " + outage.begin().wall())
                + (behind > 0
                        ? " is lost, at least " + OwnMessage.messages(behind)
                        : " is lost, the number is unknown");
    }
}
