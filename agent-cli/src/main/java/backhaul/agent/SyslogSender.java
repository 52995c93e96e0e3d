package backhaul.agent;

import java.io.Closeable;

/** The last hop, to the collector. Used by one thread at a time; outlives connections. */
interface SyslogSender extends Closeable {
    /**
     * Hands over one message of at most {@code Wire.MAX_DATAGRAM} bytes; returns when the kernel has it.
     *
     * @throws CollectorAwayException if the collector takes no messages: this one was not taken and is not kept; an
     * earlier one may be held, see {@link #held}
     */
    void send(byte[] octets, int offset, int length) throws CollectorAwayException;

    /** Hands over a message of the agent's own, which reports missing messages or coming problems. */
    default void tell(byte[] octets) throws CollectorAwayException {
        send(octets, 0, octets.length);
    }

    /**
     * Tries again after {@link CollectorAwayException}: true if the collector takes messages now, including the held
     * ones. Never waits longer than about 100 ms (UDP) or the time-out of a second for connecting (TCP).
     */
    boolean offer();

    /** How many earlier messages turned out to be refused and are held for {@link #offer}. */
    default int held() {
        return 0;
    }

    /**
     * Writes the messages that were collected for a larger write. Call this whenever nothing more is ready, before
     * waiting.
     *
     * @throws CollectorAwayException as for {@link #send}
     */
    default void flush() throws CollectorAwayException {}

    /**
     * How many of the last messages, including {@link #held} ones, are not known to have arrived: they wait for {@link
     * #flush}, were refused, or the collector's kernel has not acknowledged them. They do not count as delivered, and
     * the saved position stays before the first of them. The number may shrink whenever this sender is used, is read
     * without a system call, and is still right after {@link #close}.
     */
    default int underway() {
        return 0;
    }

    /** The next messages, until the first pause, were waiting at the relay. */
    default void catchUp() {}

    /** Datagrams that the collector's socket is known to have dropped, as reported to this sender. */
    default long dropped() {
        return 0;
    }

    /** Messages that were dropped because the path to the collector takes no datagram of that length. */
    default long unsendable() {
        return 0;
    }

    /** Like {@link Closeable}, without an exception. */
    @Override
    void close();
}
