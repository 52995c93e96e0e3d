package backhaul.agent;

import java.io.Closeable;

/**
 * Says when the collector can be sent one more datagram, since UDP itself never does. One for each collector, shared by
 * the senders of all relays: any thread.
 */
interface Pacer extends Closeable {
    /**
     * Asks for one message of so many octets.
     *
     * @return 0: it is accounted for and may go; else nanoseconds after which to ask again
     */
    long delay(int length);

    /** How long the collector has read nothing though its queue is too full; 0 if it is not. */
    default long heldNanos() {
        return 0;
    }

    /** Nothing more is ready to be sent just now. */
    default void idle() {}

    /**
     * The sender has been behind for so long that at this rate it might never catch up.
     *
     * @return messages a second that may go from now on; 0 if it is not a rate that holds it back
     */
    long raise();

    /** Datagrams that the collector's socket dropped and nobody has been told of yet; whoever asks is told. */
    default long takeDropped() {
        return 0;
    }

    @Override
    default void close() {}
}
