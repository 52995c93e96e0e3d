package backhaul.relay.status;

import backhaul.pki.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The status of a running relay at one moment, which the page, the JSON and the metrics all show. Immutable.
 *
 * @param at when
 * @param since when the relay was started
 * @param listening where, in words
 * @param stream random id of the stream, which belongs to the ring and goes on over restarts with it
 * @param streamSince when the ring was made, and the stream's numbers began
 * @param problem the reason why no agent can connect; null if they can
 * @param concern the fault that needs fixing although agents can connect; null if there is none
 * @param shortcomings everything that is not as configured, or was lost with an earlier ring; empty if all is well
 * @param receiving whether the receiver is running
 * @param counts the numbers of messages
 * @param ring the newest messages
 * @param trend the last quarter of an hour
 * @param agents those connected, by name
 * @param departed those that have disconnected, the latest last
 * @param tallies the same agents by the name in their certificate
 * @param admissions the connections so far
 * @param identity our certificate, and the agents that we let in
 * @param events the last lines of the log, the latest first
 */
public record Status(
        Instant at,
        Instant since,
        String listening,
        String stream,
        Instant streamSince,
        String problem,
        String concern,
        List<String> shortcomings,
        boolean receiving,
        Counts counts,
        Ring ring,
        Trend trend,
        List<Connected> agents,
        List<Gone> departed,
        List<Tally> tallies,
        ConnectionCounters.Count admissions,
        Identity identity,
        List<Events.Event> events) {
    /** The remarks for an administrator, the worst first; empty if all is well. */
    public List<Remark> remarks() {
        return Warnings.of(this);
    }

    /**
     * Our identity, and the agents that we let in.
     *
     * @param credentials the ones whose dates are watched
     * @param certificate ours, in words
     * @param own the certificate as agents see it, and whether it fits, in words
     * @param authorities the tops of the CA file, in words
     * @param agents the agents that are let in, in words
     * @param revocations the known revocations, in words
     * @param certificateDaysLeft until agents no longer accept our certificate
     * @param authoritiesDaysLeft until the first certificate of the CA file expires that matters
     * @param revocationsDaysLeft until the first list is out of date; empty if none ever is
     */
    public record Identity(
            Credentials credentials,
            String certificate,
            String own,
            String authorities,
            String agents,
            String revocations,
            long certificateDaysLeft,
            long authoritiesDaysLeft,
            OptionalLong revocationsDaysLeft) {}

    /** A sentence; a serious one means that messages are or will be lost, or that nobody can connect. */
    public record Remark(boolean serious, String sentence) {}

    /**
     * The numbers of messages. Those of the stream add up to its numbers, {@code received + notices = next}; the others are of
     * this run.
     *
     * @param received of the stream, from the host
     * @param empty of this run, empty datagrams, which are not messages
     * @param dropped by the kernel since the socket was opened, before we could read them
     * @param notices of the stream, our own
     * @param lost in this run by an agent because the ring had overwritten them, over all agents
     * @param next number of the next message
     * @param oldest number of the oldest message in the ring
     */
    public record Counts(long received, long empty, long dropped, long notices, long lost, long next, long oldest) {}

    /**
     * The ring.
     *
     * @param size bytes
     * @param used bytes
     * @param written bytes since the ring was made
     * @param waiting bytes that wait for the agent that is furthest behind
     * @param oldestAge of the oldest message; empty if it is older than the remembered span
     * @param bridges length of an outage that it bridges at the rate of the last minute; empty if no messages come
     */
    public record Ring(
            long size,
            long used,
            long written,
            long waiting,
            Optional<Duration> oldestAge,
            Optional<Duration> bridges) {
        /** The share of it that waits for the agent that is furthest behind. */
        public int waitingPercent() {
            return percent(waiting);
        }

        public int percent(long octets) {
            return (int) (octets * 100 / size);
        }
    }

    /**
     * A connected agent. {@code next - first = sent + waiting + lost} with {@link Counts#next}.
     *
     * @param instance random id of its installation; empty for a line client
     * @param octetCounted or lines
     * @param rate recent messages a second
     * @param octets bytes of the ring that wait for it
     * @param behind age of the message that it gets next; empty if it is older than the remembered span
     */
    public record Connected(
            String subject,
            String address,
            String instance,
            boolean octetCounted,
            Instant since,
            long first,
            long sent,
            long waiting,
            long lost,
            double rate,
            long octets,
            Optional<Duration> behind) {
        String framing() {
            return octetCounted ? "octet-counted" : "lines";
        }
    }

    /**
     * An agent that was connected.
     *
     * @param waiting messages of the ring that it would get if it connected now
     * @param lost messages for it that the ring no longer has
     * @param left until the ring begins to overwrite the waiting ones, at the rate of the last minute; empty if no messages
     *     come, or if it has begun
     */
    public record Gone(DisconnectedAgent agent, long waiting, long lost, Optional<Duration> left) {}

    /**
     * All agents with one name in their certificate, including disconnected ones.
     *
     * @param connections now
     * @param since of the oldest connection; null if there is none
     * @param sent over all connections since the start of the relay
     * @param lost over all connections, too
     * @param waiting for the one that is furthest behind
     * @param behind for the same one
     */
    public record Tally(
            String subject,
            int connections,
            Instant since,
            long sent,
            long lost,
            long waiting,
            Optional<Duration> behind) {}
}
