package backhaul.agent;

import java.io.Closeable;

/**
 * Decides when the collector can be sent one more datagram, because UDP itself never does. One for each collector,
 * shared by the senders of all relays: any thread.
 */
interface Pacer extends Closeable {
    /**
     * Asks for one message of {@code length} bytes.
     *
     * @return 0: it is counted and may go; otherwise nanoseconds after which to ask again
     */
    long delay(int length);

    /** How long the collector has read nothing although its queue is too full; 0 if it is not. */
    default long heldNanos() {
        return 0;
    }

    /** Nothing more is ready to be sent now. */
    default void idle() {}

    /**
     * The sender has been behind for so long that at this rate it might never catch up.
     *
     * @return messages a second that may go from now on; 0 if no rate holds it back
     */
    long raise();

    /** Returns the datagrams that the collector's socket dropped since the last call. */
    default long takeDropped() {
        return 0;
    }

    @Override
    default void close() {}
}
