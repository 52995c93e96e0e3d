package backhaul.agent;

import java.io.Closeable;

/** The last hop, to the collector. Used by one thread at a time; outlives connections. */
interface SyslogSender extends Closeable {
    /**
     * Hands over one message of at most {@code Wire.MAX_DATAGRAM} octets; returns when the kernel has it.
     *
     * @throws CollectorAwayException if the collector takes no messages: this one was not taken and is not kept; one
     *     before it may be held, see {@link #held}
     */
    void send(byte[] octets, int offset, int length) throws CollectorAwayException;

    /** Hands over a message of the agent's own, which tells what is missing or soon will be. */
    default void tell(byte[] octets) throws CollectorAwayException {
        send(octets, 0, octets.length);
    }

    /**
     * Tries again after {@link CollectorAwayException}: true if the collector takes messages now, the held ones included.
     * Never waits longer than about 100 ms (UDP) or the time-out of a second for connecting (TCP).
     */
    boolean offer();

    /** How many messages handed over earlier turned out refused and are held for {@link #offer}. */
    default int held() {
        return 0;
    }

    /**
     * Lets go of what has been collected for a larger write; to be called whenever nothing more is ready, before waiting.
     *
     * @throws CollectorAwayException as for {@link #send}
     */
    default void flush() throws CollectorAwayException {}

    /**
     * How many of the messages handed over last, {@link #held} ones included, are not known to have arrived: they wait for
     * {@link #flush}, were refused, or the collector's kernel has not acknowledged them. They are not delivered, and the
     * saved position stays before the first of them. It may shrink whenever this sender is used, asks nobody, and is still
     * right after {@link #close}.
     */
    default int underway() {
        return 0;
    }

    /** What comes now, until the first pause in it, was waiting at the relay. */
    default void catchUp() {}

    /** Datagrams that the collector's socket is known to have dropped, told to this sender. */
    default long dropped() {
        return 0;
    }

    /** Messages that were dropped since the way to the collector takes no datagram as long. */
    default long unsendable() {
        return 0;
    }

    /** Like {@link Closeable}, without an exception. */
    @Override
    void close();
}
