package backhaul.agent;

import static backhaul.transport.PrometheusText.labels;

import backhaul.pki.Credentials;
import backhaul.pki.ExpiryMetrics;
import backhaul.transport.PrometheusText;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;

/** The agent's counters in Prometheus' text format, version 0.0.4. */
final class MetricsText {
    static final String PREFIX = "backhaul_agent_";

    private static final String TIMESTAMP = "_timestamp_seconds";

    private final List<RelayCounters> relays;
    private final PrometheusText text = new PrometheusText(PREFIX);

    private MetricsText(List<RelayCounters> relays) {
        this.relays = relays;
    }

    static String of(String version, Instant started, List<RelayCounters> relays, Credentials own) {
        MetricsText metrics = new MetricsText(relays);
        metrics.text.family("info", "gauge", "The version of this agent; always 1.");
        metrics.text.sample("info", labels("version", version), 1);
        metrics.text.single("start" + TIMESTAMP, "gauge", "When this agent was started.", started);
        metrics.connections();
        metrics.messages();
        ExpiryMetrics.write(metrics.text, own, "the agent", Instant.now());
        return metrics.text.toString();
    }

    private void connections() {
        gauge(
                "connected",
                "Whether the relay has accepted this agent and the connection is up.",
                relay -> relay.connectedSince() == null ? 0 : 1);
        text.family("connected_since" + TIMESTAMP, "gauge", "When that connection began; absent while there is none.");
        for (RelayCounters relay : relays) {
            Instant since = relay.connectedSince();
            if (since != null) {
                text.sample("connected_since" + TIMESTAMP, labels("relay", relay.relay()), since);
            }
        }
        counter("connections_total", "Connections that the relay has accepted.", relay -> relay.connections.get());
        counter(
                "failed_attempts_total",
                "Attempts to connect that the relay has not accepted.",
                relay -> relay.failures.get());
        counter("outages_total", "Connections that have broken.", relay -> relay.outages.get());
        gauge(
                "collector_away",
                "Whether the agent waits for the collector to take messages again.",
                relay -> relay.isCollectorAway() ? 1 : 0);
        gauge(
                "catch_up_messages",
                "Messages that waited at the relay as the connection began and have yet to come.",
                RelayCounters::toCatchUp);
        text.family(
                "position",
                "gauge",
                "Number of the next message in the relay's stream; starts at 0 again with a new ring.");
        for (RelayCounters relay : relays) {
            Position.Mark mark = relay.position();
            if (mark != null) {
                text.sample("position", labels("relay", relay.relay()), mark.next());
            }
        }
    }

    private void messages() {
        counter(
                "received_messages_total",
                "Messages that came from the relay, those fetched once more included.",
                relay -> relay.received.get());
        counter("received_bytes_total", "Bytes of these messages.", relay -> relay.receivedOctets.get());
        counter(
                "delivered_messages_total",
                "Messages handed to the collector, by TCP those that its kernel has acknowledged; the agent's own not counted.",
                relay -> relay.delivered.get());
        counter(
                "repeated_messages_total",
                "Messages that the collector refused at first and that were handed over once more.",
                relay -> relay.repeated.get());
        byReason(
                "lost_messages_total",
                "Messages that the relay did not have any more: overrun in its ring, left out without a word.",
                new Reason("overrun", relay -> relay.overrun.get()),
                new Reason("left_out", relay -> relay.leftOut.get()),
                new Reason("other", relay -> relay.otherwiseLost.get()));
        byReason(
                "dropped_messages_total",
                "Messages that were lost at home: longer than a datagram, than the way to the collector takes, or the"
                        + " collector's receive buffer was full.",
                new Reason("size", relay -> relay.oversized.get()),
                new Reason("way", relay -> relay.unsendable.get()),
                new Reason("collector_buffer", relay -> relay.droppedByCollector.get()));
    }

    /** A reason why messages are gone, and how many. */
    private record Reason(String label, ToLongFunction<RelayCounters> count) {}

    private void byReason(String name, String help, Reason... reasons) {
        text.family(name, "counter", help);
        for (RelayCounters relay : relays) {
            for (Reason why : reasons) {
                text.sample(
                        name,
                        labels("relay", relay.relay(), "reason", why.label()),
                        why.count().applyAsLong(relay));
            }
        }
    }

    private void counter(String name, String help, ToLongFunction<RelayCounters> value) {
        eachRelay(name, "counter", help, value);
    }

    private void gauge(String name, String help, ToLongFunction<RelayCounters> value) {
        eachRelay(name, "gauge", help, value);
    }

    private void eachRelay(String name, String type, String help, ToLongFunction<RelayCounters> value) {
        text.family(name, type, help);
        relays.forEach(relay -> text.sample(name, labels("relay", relay.relay()), value.applyAsLong(relay)));
    }
}
