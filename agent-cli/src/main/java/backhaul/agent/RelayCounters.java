package backhaul.agent;

import java.time.Instant;

/** The counters of one relay's stream since the agent was started. That relay's loop counts; any thread may read. */
final class RelayCounters {
    private final HostPort relay;
    private final Position position;

    final Counter connections = new Counter();
    final Counter failures = new Counter(); // attempts at which the relay did not accept
    final Counter outages = new Counter();

    final Counter received = new Counter(); // messages from the relay, including those fetched again
    final Counter receivedOctets = new Counter(); // of these messages
    final Counter delivered = new Counter(); // taken by the collector's kernel, as far as ours knows
    final Counter repeated = new Counter(); // first refused by the collector

    // Messages that no longer exist at the relay.
    final Counter overrun = new Counter();
    final Counter leftOut = new Counter(); // without a report
    final Counter otherwiseLost = new Counter();

    // Messages that reached the agent.
    final Counter oversized = new Counter(); // more than a datagram takes
    final Counter unsendable = new Counter(); // more than the path to the collector takes
    final Counter droppedByCollector = new Counter(); // its receive buffer was full

    /**
     * A connection.
     *
     * @param waiting messages that were waiting at the relay when it began
     * @param before messages received or lost by then
     */
    private record Session(Instant since, long waiting, long before) {}

    private volatile Session session; // written by the loop; null while there is none
    private volatile boolean collectorAway; // written by the loop

    RelayCounters(HostPort relay, Position position) {
        this.relay = relay;
        this.position = position;
    }

    HostPort relay() {
        return relay;
    }

    /** Null before the first stream. */
    Position.Mark position() {
        return position.mark();
    }

    /** The relay has accepted. */
    void connected(Instant now, long waiting) {
        session = new Session(now, waiting, received.get() + lost());
        connections.add(1);
    }

    void disconnected() {
        session = null;
    }

    /** Null while there is no connection. */
    Instant connectedSince() {
        Session current = session;
        return current == null ? null : current.since;
    }

    /** Messages that were waiting at the relay when the connection began, and have yet to come. */
    long toCatchUp() {
        Session current = session;
        return current == null ? 0 : Math.max(0, current.waiting - (received.get() + lost() - current.before));
    }

    void collectorAway(boolean away) {
        collectorAway = away;
    }

    boolean isCollectorAway() {
        return collectorAway;
    }

    long lost() {
        return overrun.get() + leftOut.get() + otherwiseLost.get();
    }
}
