package backhaul.agent;

import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices when a relay that used to send messages has sent none for too long, and when they come again. Only time in
 * which this machine was awake counts: a suspended machine receives nothing, whatever was sent.
 *
 * <p>The relay's own notices are no sign that its server logs anything, so they do not count.
 *
 * <p>Everything here runs on that relay's loop. It sees only the first message after a look.
 */
final class Silence {
    /** The relay's name for itself in its notices. */
    private static final String RELAY = "backhaul-relay";

    private final HostPort relay;
    private final Duration limit; // zero for never; a job that logs each hour is not on the second, so a sixtieth more
    private final LongSupplier clock;
    private final LongSupplier wall;

    private boolean quiet = true; // no message has come since the last look
    private boolean sent; // the relay is known to have ever sent any
    private boolean told;
    private long last; // nanoTime at which the last message had come, or the agent began
    private long lastWall; // ms; the same by the wall clock

    /** For a relay whose messages are numbered up to {@code position}, null if it is not known yet. */
    Silence(HostPort relay, Duration limit, Position.Mark position) {
        this(relay, limit, position, System::nanoTime, System::currentTimeMillis);
    }

    /** With other clocks: one in ns, and the wall clock in ms. */
    Silence(HostPort relay, Duration limit, Position.Mark position, LongSupplier clock, LongSupplier wall) {
        this.relay = relay;
        this.limit = limit.plus(limit.dividedBy(60));
        this.clock = clock;
        this.wall = wall;
        this.sent = hasMessages(position);
        remember();
    }

    /** Has no message come since the last look? */
    boolean isQuiet() {
        return quiet;
    }

    /** Is this a message that ends a silence? */
    static boolean endsBy(byte[] octets, int offset, int length) {
        return !OwnMessage.isFrom(RELAY, octets, offset, length);
    }

    /** A message has come, and the end of the silence is reported. */
    void end() {
        quiet = false;
        sent = true;
        told = false;
    }

    /** The report before a message that has come now; null if the silence before it was not reported. */
    String endText() {
        return told ? "messages come from the relay " + relay + " again after a silence of " + lasted() : null;
    }

    /**
     * The report of a silence, to be confirmed by {@link #told}; null if there is none.
     *
     * @param position in the relay's stream
     * @param failure the reason why there is no connection; null if there is one
     */
    String look(Position position, String failure) {
        if (!quiet) {
            quiet = true;
            remember();
        } else if (!told && !limit.isZero() && clock.getAsLong() - last >= limit.toNanos()) {
            sent |= hasMessages(position.mark());
            return sent ? text(failure) : null;
        }
        return null;
    }

    /** The silence was reported in the log. */
    void told() {
        told = true;
    }

    private String text(String failure) {
        return "no message has come from the relay " + relay + " for " + lasted()
                + (failure == null
                        ? ", though it is connected: look whether the syslog daemon of its server runs and still sends to"
                                + " the relay"
                        : ", and there is no connection: " + failure);
    }

    /** Including the time in which this machine was suspended. */
    private String lasted() {
        Moment begin = new Moment(last, lastWall);
        return DurationText.show(begin.until(new Moment(clock.getAsLong(), wall.getAsLong())));
    }

    private void remember() {
        last = clock.getAsLong();
        lastWall = wall.getAsLong();
    }

    private static boolean hasMessages(Position.Mark position) {
        return position != null && position.next() > 0;
    }
}
