package backhaul.relay.status;

/**
 * The relay's counters at one moment.
 *
 * @param at nanoTime
 * @param received messages from the host
 * @param next the number of the next message, including our own notices
 * @param octets bytes written to the ring
 * @param dropped by the kernel before we could read them
 * @param lost by an agent because the ring had overwritten them
 */
public record Sample(long at, long received, long next, long octets, long dropped, long lost) {
    long missed() {
        return dropped + lost;
    }
}
