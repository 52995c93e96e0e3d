package backhaul.agent;

import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices that one relay, which used to send messages, has sent none for too long, and when they come again. Only the
 * time counts in which this machine was awake: one that was suspended has heard nothing, whatever was sent.
 *
 * <p>The relay's own notices are no sign that its server logs anything, so they do not count.
 *
 * <p>Everything here runs on that relay's loop. Of a message it sees only the first after a look.
 */
final class Silence {
    /** The relay's name for itself in its notices. */
    private static final String RELAY = "backhaul-relay";

    private final HostPort relay;
    private final Duration limit; // zero for never; a job that logs each hour is not on the second, so a sixtieth more
    private final LongSupplier clock;
    private final LongSupplier wall;

    private boolean quiet = true; // no message has come since the last look
    private boolean sent; // the relay has ever sent any, as far as is known
    private boolean told;
    private long last; // nanoTime at which the last message had come, or the agent began
    private long lastWall; // ms; the same by the wall clock

    /** For a relay whose messages number up to {@code position}, null if that is not known yet. */
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

    /** Is this a message by which a silence ends? */
    static boolean endsBy(byte[] octets, int offset, int length) {
        return !OwnMessage.isFrom(RELAY, octets, offset, length);
    }

    /** A message has come, and its begin has been told. */
    void end() {
        quiet = false;
        sent = true;
        told = false;
    }

    /** What is to be told before a message that has come now; null if the silence before it was not told. */
    String endText() {
        return told ? "messages come from the relay " + relay + " again after a silence of " + lasted() : null;
    }

    /**
     * What is to be told of a silence, {@link #told} once it is; null if there is nothing.
     *
     * @param position in the relay's stream; null if there is none
     * @param failure why there is no connection; null if there is one
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

    /** The reader of the log knows. */
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

    /** With the time in which this machine was suspended. */
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
