package backhaul.agent;

import backhaul.transport.ControlLine;
import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import backhaul.transport.Rated;
import backhaul.transport.Wire;
import java.time.Duration;

/**
 * Hands one relay's stream to the collector. A gap or an outage becomes a message of the agent's own in its place, and
 * the position moves behind each message. It outlives connections.
 *
 * <p>Events from before a stream are reported with its first frame: by then a {@code LOST} has come, or it will not
 * come. The report stays due until the collector has taken it. Everything here runs on that relay's loop.
 */
final class Handover {
    static final String REFUSED = "the collector refused the message that it was sent last";

    private static final String OVERRUN = "overrun"; // of the contract
    private static final String SILENT = "SILENT"; // MSGID

    /**
     * A time without a stream that must be reported in the log.
     *
     * @param begin the moment from which nothing came
     * @param cause the apparent cause, a clause
     */
    record Outage(Moment begin, String cause) {}

    private final HostPort relay;
    private final SyslogSender sender;
    private final Position position;
    private final RelayLog log;
    private final Rated oversized;
    private final Rated losses;
    private final RelayCounters counters;
    private final Silence silence;

    private long handed; // messages of the relay that the sender has got
    private boolean counted; // the present stream has sequence numbers
    private boolean first; // nothing has come in the present stream yet
    private boolean resumed; // it began where an earlier one ended
    private boolean reaching; // it begins before this agent's time: messages not in the ring are no loss
    private long waiting; // messages to catch up with at its begin, or -1 if the relay did not report it

    // Due to be reported; until then kept across connections.
    private Outage outage; // null for none
    private Duration outageLasted;
    private Restart restart = new Restart();
    private long missing; // the relay left out this many without a report
    private Position.Mark begun; // where the stream began; the position moves there once that is reported; null then

    Handover(HostPort relay, SyslogSender sender, Position position, Silence silence, RelayLog log) {
        this.relay = relay;
        this.sender = sender;
        this.position = position;
        this.silence = silence;
        this.log = log;
        this.oversized = log.rated();
        this.losses = log.rated();
        this.counters = new RelayCounters(relay, position);
    }

    /** The first line to the relay, with the position if there is one. */
    ControlLine hello(String instance) {
        Position.Mark mark = position.mark();
        return mark == null
                ? ControlLine.of(Wire.HELLO, instance)
                : ControlLine.of(Wire.HELLO, instance, mark.stream(), mark.next());
    }

    /**
     * True if a stream that would begin here must begin earlier: the position is there now, and the relay must be asked
     * again.
     */
    boolean reachesBack(StreamStart start) {
        Position.Mark earlier = position.earlier(new Position.Mark(start.stream(), start.next()));
        if (earlier == null) {
            return false;
        }
        position.begin(earlier);
        reaching = true;
        return true;
    }

    /** The relay has begun a stream. */
    void begin(StreamStart start) {
        Position.Mark asked = position.mark();
        resumed = asked != null;
        missing = 0;
        if (resumed && !asked.stream().equals(start.stream())) {
            reaching = false;
            restart.newRing(begun != null && !begun.stream().equals(start.stream()));
            missing = start.next(); // rings number from 0 on
        } else if (resumed) {
            restart.sameRing();
            missing = Math.max(0, start.next() - asked.next());
        }
        begun = new Position.Mark(start.stream(), start.next());
        if (!resumed) {
            moveToBegun();
        }
        begin(true, start.waiting());
    }

    /** The relay sends lines: nothing is known about earlier messages. */
    void beginLines() {
        if (position.isToReachBack() && counters.connections.get() == 0) {
            log.warning("The relay sends lines: it cannot be asked for earlier messages");
        }
        begun = null;
        resumed = false;
        begin(false, -1);
    }

    private void begin(boolean withNumbers, long behind) {
        counted = withNumbers;
        waiting = behind;
        first = true;
        if (resumed) {
            sender.catchUp();
        }
        outageLasted = outage == null ? null : outage.begin().until(Moment.now());
    }

    /** The relay's last line said that it is stopping. */
    void stopped(ControlLine bye) {
        restart.stopped(bye);
    }

    /** Nothing listens at the relay's port: if it was there before, it is being restarted. */
    void refused() {
        if (outage != null) {
            restart.refused();
        }
    }

    /** The current stream has ended; nothing came from {@code since} on, and this many messages were still to come. */
    void broken(Moment since, String cause, long toCatchUp) {
        counters.outages.add(1);
        restart.broken(toCatchUp);
        if (outage == null) {
            // By the time of the report, the relay is there again.
            outage = new Outage(since, restart.hasStopped() ? Restart.RESTARTED : cause);
        }
    }

    void message(byte[] octets, int offset, int length) throws CollectorAwayException {
        if (first) {
            tellWhatIsDue();
        }
        if (silence.isQuiet() && Silence.endsBy(octets, offset, length)) {
            endSilence();
        }
        counters.received.add(1);
        counters.receivedOctets.add(length);
        sender.send(octets, offset, length);
        handed++;
        settle(1);
    }

    /**
     * A message was handed over. One that may not have arrived does not count as delivered, and the position stays
     * before it.
     */
    private void settle(long numbers) {
        int underway = sender.underway();
        countDelivered(underway);
        if (counted) {
            position.handed(numbers, underway);
        }
    }

    /** Never counts back, because messages that are sent again are under way again. */
    private void countDelivered(int underway) {
        counters.delivered.set(Math.max(counters.delivered.get(), handed - underway - sender.unsendable()));
    }

    /** A message that no datagram can carry was skipped. */
    void skipped(long length) throws CollectorAwayException {
        if (first) {
            tellWhatIsDue();
        }
        oversized.line("A message of " + length + " octets was dropped: a datagram takes at most " + Wire.MAX_DATAGRAM);
        counters.received.add(1);
        counters.receivedOctets.add(length);
        counters.oversized.add(1);
        if (counted) {
            position.skip(1);
            position.hold(sender.underway());
        }
    }

    /** The relay no longer has the next {@code count} messages. */
    void lost(long count, String reason) throws CollectorAwayException {
        if (first && reaching) {
            passOver(count);
            return;
        }
        long all = first ? missing + count : count;
        String text = lostText(all, reason, first && resumed);
        if (first) {
            text += outageText("; ") + restartText("; ");
        }
        tell(OwnMessage.Severity.WARNING, "LOST", text, count);
        losses.line(text);
        (reason.equals(OVERRUN) ? counters.overrun : counters.otherwiseLost).add(count);
        counters.leftOut.add(all - count);
        if (first) {
            told();
        }
    }

    /** The agent asked for more than the ring has: these messages count as not missed. */
    private void passOver(long count) throws CollectorAwayException {
        tellWhatIsDue();
        position.skip(count);
        hold(sender.underway());
        log.info(
                waiting < count
                        ? "The relay's ring does not reach back so far"
                        : "The relay's ring has " + (waiting - count) + " earlier messages, and no older ones");
    }

    /** The relay has nothing to send: no {@code LOST} comes, and the last message may have been refused. */
    void idle() throws CollectorAwayException {
        if (first) {
            tellWhatIsDue();
        }
        log.settle(false);
        sender.flush();
        if (held() > 0) {
            throw new CollectorAwayException(REFUSED, null);
        }
    }

    /** Nothing more is ready: writes the messages that were collected for a larger write. */
    void flush() throws CollectorAwayException {
        sender.flush();
        counters.droppedByCollector.set(sender.dropped());
        counters.unsendable.set(sender.unsendable());
        log.settle(false);
        hold(sender.underway());
    }

    private void hold(int underway) {
        countDelivered(underway);
        position.hold(underway);
        position.pause();
    }

    /** Checks whether the collector refused the last messages, and returns how many are to be repeated to it. */
    int held() {
        int held = sender.held();
        hold(Math.max(held, sender.underway()));
        return held;
    }

    /** Tries the collector again; true if it takes messages and has got those that were held for it. */
    boolean offer() {
        boolean taken = sender.offer();
        held();
        return taken;
    }

    /** The number of the message that comes next in the present stream. */
    long next() {
        return begun != null ? begun.next() : position.mark().next();
    }

    RelayCounters counters() {
        return counters;
    }

    long messages() {
        return counters.delivered.get();
    }

    long lost() {
        return counters.lost();
    }

    /** A summary for the log. */
    String summary() {
        long outages = counters.outages.get();
        return "In all " + OwnMessage.messages(messages()) + ", " + lost() + " lost, " + counters.oversized.get()
                + " too long, " + outages + (outages == 1 ? " outage" : " outages");
    }

    /** Ends for good; messages that the collector has not taken are sent again to a later run. */
    void close() {
        sender.close();
        int held = Math.max(held(), sender.underway());
        long fetched = counted ? position.heldNumbers() : held;
        if (fetched > 0) {
            log.warning(OwnMessage.messages(fetched) + " not taken by the collector: "
                    + (counted ? "left to the next run, if there is a state file" : "lost"));
        } else if (held > 0) {
            log.warning("A notice of this agent's own was not taken by the collector: it is lost, but this log says the"
                    + " same");
        }
    }

    private void tellWhatIsDue() throws CollectorAwayException {
        if (missing > 0) {
            tellLost(missing, "the relay " + relay + " went on behind them" + outageText("; ") + restartText("; "));
        } else if (restart.lost() > 0) {
            tellLost(
                    0,
                    "the relay " + relay + " was restarted with a new ring and had not sent them from the old one"
                            + outageText("; "));
        } else if (outage != null) {
            boolean certain = counted && !restart.losesUnknown();
            String loss = certain
                    ? "; 0 messages lost"
                    : counted ? "" : "; in lines nobody knows how many messages were lost";
            String behind = waiting > 0 ? "; " + OwnMessage.messages(waiting) + " to catch up" : "";
            tell(
                    certain ? OwnMessage.Severity.NOTICE : OwnMessage.Severity.WARNING,
                    "OUTAGE",
                    outageText("") + restartText("; ") + loss + behind,
                    0);
        } else if (restart.hasNewRing()) {
            tell(OwnMessage.Severity.WARNING, "RESTART", restartText(""), 0);
            log.warning(restartText(""));
        }
        told();
    }

    /** Reports the messages that the relay left out, or that are lost with its old ring. */
    private void tellLost(long leftOut, String why) throws CollectorAwayException {
        String text = OwnMessage.messages(leftOut > 0 ? leftOut : restart.lost()) + " lost: " + why;
        tell(OwnMessage.Severity.WARNING, "LOST", text, 0);
        losses.line(text);
        counters.leftOut.add(leftOut);
    }

    private void told() {
        moveToBegun();
        counters.otherwiseLost.add(restart.knownLost());
        first = false;
        reaching = false;
        outage = null;
        restart = new Restart();
        missing = 0;
    }

    /** Not before the missing messages there are reported: an agent that ends first asks for the old place again. */
    private void moveToBegun() {
        if (begun != null) {
            position.begin(begun);
            begun = null;
        }
    }

    /** Sends a message of the agent's own that stands for this many numbers of the stream. */
    private void tell(OwnMessage.Severity severity, String id, String text, long numbers)
            throws CollectorAwayException {
        sender.tell(OwnMessage.of("backhaul-agent", severity, id, text));
        if (counted) {
            moveToBegun();
        }
        settle(numbers);
    }

    /** Sends a message of the agent's own that stands for nothing in the stream, nor for a report due at its begin. */
    void tellBeside(String id, String text) throws CollectorAwayException {
        tellBeside(OwnMessage.Severity.WARNING, id, text);
    }

    private void tellBeside(OwnMessage.Severity severity, String id, String text) throws CollectorAwayException {
        sender.tell(OwnMessage.of("backhaul-agent", severity, id, text));
        settle(0);
    }

    /**
     * Reports once if the relay has sent nothing for too long. Call this often.
     *
     * @param failure the reason why there is no connection; null if there is one
     */
    void tellSilence(String failure) throws CollectorAwayException {
        if (failure == null && first) {
            return; // messages from an outage are on their way
        }
        String text = silence.look(position, failure);
        if (text != null) {
            tellBeside(OwnMessage.Severity.WARNING, SILENT, text);
            silence.told();
            log.warning(text);
        }
    }

    private void endSilence() throws CollectorAwayException {
        String text = silence.endText();
        if (text != null) {
            tellBeside(OwnMessage.Severity.NOTICE, SILENT, text);
            log.info(text);
        }
        silence.end();
    }

    private String lostText(long count, String reason, boolean away) {
        String what = OwnMessage.messages(count) + " lost: ";
        if (!reason.equals(OVERRUN)) {
            return what + "the relay " + relay + " says " + reason;
        }
        return what + "the backlog of the relay " + relay + " overflowed "
                + (away ? "while this agent was away" : "because this agent was too slow");
    }

    private String outageText(String before) {
        return outage == null
                ? ""
                : before + "connected to " + relay + " again after " + DurationText.show(outageLasted) + "; cause: "
                        + outage.cause();
    }

    private String restartText(String before) {
        String text = restart.text(relay, outage);
        return text.isEmpty() ? "" : before + text;
    }
}
