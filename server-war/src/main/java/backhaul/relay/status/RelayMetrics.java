package backhaul.relay.status;

import static backhaul.transport.PrometheusText.labels;

import backhaul.pki.ExpiryMetrics;
import backhaul.transport.PrometheusText;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Writes a status in Prometheus' text format. The only label of agents' series is the name in the certificate: the address
 * changes with each connection, and {@code instance} is Prometheus' name for the relay itself.
 */
public final class RelayMetrics {
    static final String PREFIX = "backhaul_relay_";

    private static final String TIMESTAMP = "_timestamp_seconds";

    private final PrometheusText text = new PrometheusText(PREFIX);

    private RelayMetrics(boolean ready) {
        text.family("info", "gauge", "The version of this relay; always 1.");
        text.sample("info", labels("version", Version.TEXT), 1);
        text.single("ready", "gauge", "Whether agents can connect.", ready ? 1 : 0);
    }

    public static String of(Status status) {
        RelayMetrics metrics = new RelayMetrics(status.problem() == null);
        metrics.text.single("start" + TIMESTAMP, "gauge", "When this relay was started.", status.since());
        metrics.messages(status.counts());
        metrics.ring(status.ring());
        metrics.agents(status);
        metrics.connections(status.admissions());
        ExpiryMetrics.write(metrics.text, status.identity().credentials(), "the relay", status.at());
        return metrics.text + ProcessMetrics.text();
    }

    /** For a relay that does not run. */
    public static String ofNone() {
        return new RelayMetrics(false).text + ProcessMetrics.text();
    }

    private void messages(Status.Counts counts) {
        text.single(
                "received_messages_total",
                "counter",
                "Messages received from the syslog daemon since the ring was made; a ring in a file survives restarts.",
                counts.received());
        text.single("empty_datagrams_total", "counter", "Empty datagrams, which are not messages.", counts.empty());
        text.single(
                "kernel_dropped_messages_total",
                "counter",
                "Datagrams that the kernel dropped before the relay could read them.",
                counts.dropped());
        text.single("notices_total", "counter", "The relay's own messages in the stream.", counts.notices());
        text.single(
                "lost_messages_total",
                "counter",
                "Messages that an agent did not get because the ring had overwritten them, over all agents.",
                counts.lost());
    }

    private void ring(Status.Ring ring) {
        text.single("ring_size_bytes", "gauge", "Size of the ring of newest messages, in bytes.", ring.size());
        text.single("ring_used_bytes", "gauge", "Bytes of the ring that hold messages.", ring.used());
        text.single(
                "ring_waiting_bytes",
                "gauge",
                "Bytes of the ring that wait for the agent that is furthest behind.",
                ring.waiting());
        text.single(
                "ring_written_bytes_total",
                "counter",
                "Bytes written to the ring: each message with its length before it.",
                ring.written());
        maybe(
                "ring_oldest_age_seconds",
                "Age of the oldest message in the ring; absent beyond a quarter of an hour.",
                ring.oldestAge());
        maybe(
                "ring_bridges_seconds",
                "Length of an outage that the ring bridges at the rate of the last minute; absent if no messages come.",
                ring.bridges());
    }

    private void maybe(String name, String help, Optional<Duration> value) {
        text.family(name, "gauge", help);
        value.ifPresent(time -> text.sample(name, "", time));
    }

    private void agents(Status status) {
        text.single(
                "agents", "gauge", "Agents that are connected.", status.agents().size());
        each(
                status,
                "agent_connections",
                "gauge",
                "Connections of the agent; 0 when it is disconnected.",
                tally -> tally.connections());
        text.family(
                "agent_connected_since" + TIMESTAMP,
                "gauge",
                "When the oldest of its connections began; absent without one.");
        connected(status)
                .forEach(tally -> text.sample("agent_connected_since" + TIMESTAMP, subject(tally), tally.since()));
        each(status, "agent_sent_messages_total", "counter", "Messages handed to its connections.", Status.Tally::sent);
        each(
                status,
                "agent_lost_messages_total",
                "counter",
                "Messages that it did not get because the ring had overwritten them.",
                Status.Tally::lost);
        text.family(
                "agent_waiting_messages",
                "gauge",
                "Messages that wait for it; with several connections, for the one furthest behind. Absent when it is disconnected.");
        connected(status).forEach(tally -> text.sample("agent_waiting_messages", subject(tally), tally.waiting()));
        text.family(
                "agent_behind_seconds",
                "gauge",
                "Age of the message that it gets next; absent beyond a quarter of an hour, and when it is disconnected.");
        connected(status)
                .forEach(tally ->
                        tally.behind().ifPresent(age -> text.sample("agent_behind_seconds", subject(tally), age)));
    }

    private static Stream<Status.Tally> connected(Status status) {
        return status.tallies().stream().filter(tally -> tally.connections() > 0);
    }

    private void each(Status status, String name, String type, String help, ToLongFunction<Status.Tally> value) {
        text.family(name, type, help);
        status.tallies().forEach(tally -> text.sample(name, subject(tally), value.applyAsLong(tally)));
    }

    private static String subject(Status.Tally tally) {
        return labels("subject", tally.subject());
    }

    private void connections(ConnectionCounters.Count count) {
        text.single("connections_total", "counter", "Connections accepted by TCP.", count.accepted());
        text.single("admitted_agents_total", "counter", "Connections that became an agent's.", count.admitted());
        text.family("refused_connections_total", "counter", "Connections that were refused, by reason.");
        count.refused()
                .forEach(
                        (why, times) -> text.sample("refused_connections_total", labels("reason", why.label()), times));
        text.single("handshakes", "gauge", "Handshakes in progress.", count.underway());
    }
}
