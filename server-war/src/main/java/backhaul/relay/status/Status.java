package backhaul.relay.status;

import backhaul.pki.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How it stands with a running relay at one moment: the page, the JSON and the metrics all say this. Immutable.
 *
 * @param at when
 * @param since when the relay was started
 * @param listening where, in words
 * @param stream random id of the stream, which belongs to the ring and goes on over restarts with it
 * @param streamSince when the ring was made, and the stream's numbers began
 * @param problem why no agent could connect, null if they can
 * @param concern what is to be mended although agents can connect; null if there is nothing
 * @param shortcomings what is not as it was configured, or was lost with an earlier ring; empty if all is well
 * @param receiving whether the receiver goes round
 * @param counts the books
 * @param ring the newest messages
 * @param trend the last quarter of an hour
 * @param agents those connected, by name
 * @param departed those who were and are not, the latest last
 * @param tallies the same agents by the name in their certificate
 * @param admissions connections that came
 * @param identity our certificate and whom we let in
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
    /** What an administrator should know, the worst first; empty if all is well. */
    public List<Remark> remarks() {
        return Warnings.of(this);
    }

    /**
     * Who we are and whom we let in.
     *
     * @param credentials whose dates are to be watched
     * @param certificate ours, in words
     * @param own what agents see of it, and that it fits, in words
     * @param authorities the tops of the CA file, in words
     * @param agents who is let in, in words
     * @param revocations what is known to be revoked, in words
     * @param certificateDaysLeft until agents do not accept our certificate any more
     * @param authoritiesDaysLeft until the first certificate of the CA file ends that is missed then
     * @param revocationsDaysLeft until the first list is out of date; empty if there is none that ever is
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
     * What came of the messages: of the stream those that have a number in it, {@code received + notices = next}, of this
     * run the others.
     *
     * @param received of the stream, from the host
     * @param empty of this run, datagrams without an octet, which are not messages
     * @param dropped by the kernel since the socket was opened, before we could read them
     * @param notices of the stream, of our own
     * @param lost in this run by some agent because the ring had moved on, over all agents
     * @param next number of the message that comes next
     * @param oldest number of the oldest message in the ring
     */
    public record Counts(long received, long empty, long dropped, long notices, long lost, long next, long oldest) {}

    /**
     * The ring.
     *
     * @param size octets
     * @param used octets
     * @param written octets since the ring was made
     * @param waiting octets that wait for the agent that is furthest behind
     * @param oldestAge of the oldest message; empty if it is older than what is remembered
     * @param bridges how long an outage it bridges at the rate of the last minute; empty if nothing comes
     */
    public record Ring(
            long size,
            long used,
            long written,
            long waiting,
            Optional<Duration> oldestAge,
            Optional<Duration> bridges) {
        /** Of it all, what waits for the agent that is furthest behind. */
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
     * @param rate messages a second lately
     * @param octets of the ring that wait for it
     * @param behind age of the message that it gets next; empty if it is older than what is remembered
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
     * @param waiting messages of the ring that it will get if it comes now
     * @param lost messages that the ring no longer has for it
     * @param left until the ring begins to lose what waits, at the rate of the last minute; empty if nothing comes, or if it
     *     has begun to
     */
    public record Gone(DisconnectedAgent agent, long waiting, long lost, Optional<Duration> left) {}

    /**
     * All agents with one name in their certificate, those included that have gone.
     *
     * @param connections now
     * @param since of the oldest connection; null if there is none
     * @param sent over all connections since the start of the relay
     * @param lost likewise
     * @param waiting for the one that is furthest behind
     * @param behind likewise
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
