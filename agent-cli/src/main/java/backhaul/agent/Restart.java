package backhaul.agent;

import backhaul.transport.ControlLine;
import backhaul.transport.OwnMessage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps the facts about a relay that was restarted. If its ring is new, the old one is gone with all messages that this
 * agent had not got: only the relay can have reported how many, in its last line.
 *
 * <p>Used by that relay's loop, on its thread; kept until it is reported in the log.
 */
final class Restart {
    private static final long UNKNOWN = -1;

    /** Replaces the apparent cause. */
    static final String RESTARTED = "the relay was restarted";

    private static final Pattern NOT_SENT = Pattern.compile("(\\d{1,18}) messages? not sent");

    private boolean stopped; // it reported that it stops
    private boolean refused; // connections, after it had accepted one
    private boolean newRing;
    private long notSent = UNKNOWN; // in the ring that this agent followed
    private long behind; // to catch up with in that ring when the connection ended; more may have come since

    /** The relay's last line was {@code BYE shutdown}. */
    void stopped(ControlLine bye) {
        stopped = true;
        if (!newRing) {
            Matcher number = NOT_SENT.matcher(bye.text(1));
            notSent = number.find() ? Long.parseLong(number.group(1)) : UNKNOWN; // from a relay before 0.2.0
        }
    }

    /** The connection has ended with this many messages to catch up with. */
    void broken(long toCatchUp) {
        if (!newRing) {
            behind = toCatchUp;
        }
    }

    /** Nothing listens at the relay's port. */
    void refused() {
        refused = true;
    }

    /** It continues with its old ring. */
    void sameRing() {
        notSent = UNKNOWN;
        behind = 0;
    }

    /** It has a new ring, and perhaps had one more in between. */
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

    /** Is there a loss of unknown size? */
    boolean losesUnknown() {
        return newRing && notSent == UNKNOWN;
    }

    /** Messages lost with the old ring, if the number is known. */
    long lost() {
        return newRing ? Math.max(0, notSent) : 0;
    }

    /** The same, or the number that is known to be lost. */
    long knownLost() {
        return losesUnknown() ? behind : lost();
    }

    /**
     * Everything as a clause; empty if there is nothing to report.
     *
     * @param outage whose cause is reported already; null for none
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
