package backhaul.agent;

import backhaul.transport.Certificates;
import backhaul.transport.Credentials;
import backhaul.transport.Expiry;
import java.math.BigDecimal;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The agent's counters in Prometheus' text format, version 0.0.4. */
final class MetricsText {
    static final String PREFIX = "backhaul_agent_";

    private static final String TIMESTAMP = "_timestamp_seconds";

    private final List<RelayCounters> relays;
    private final StringBuilder text = new StringBuilder();

    private MetricsText(List<RelayCounters> relays) {
        this.relays = relays;
    }

    static String of(String version, Instant started, List<RelayCounters> relays, Credentials own) {
        MetricsText metrics = new MetricsText(relays);
        metrics.family("info", "gauge", "The version of this agent; always 1.");
        metrics.sample("info", labels("version", version), 1);
        metrics.family("start" + TIMESTAMP, "gauge", "When this agent was started.");
        metrics.sample("start" + TIMESTAMP, "", started);
        metrics.connections();
        metrics.messages();
        metrics.expiries(own);
        return metrics.text.toString();
    }

    private void connections() {
        gauge(
                "connected",
                "Whether the relay has accepted this agent and the connection is up.",
                relay -> relay.connectedSince() == null ? 0 : 1);
        family("connected_since" + TIMESTAMP, "gauge", "When that connection began; absent while there is none.");
        for (RelayCounters relay : relays) {
            Instant since = relay.connectedSince();
            if (since != null) {
                sample("connected_since" + TIMESTAMP, labels("relay", relay.relay()), since);
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
        family("position", "gauge", "Number of the next message in the relay's stream; begins anew with the relay.");
        for (RelayCounters relay : relays) {
            Position.Mark mark = relay.position();
            if (mark != null) {
                sample("position", labels("relay", relay.relay()), mark.next());
            }
        }
    }

    private void messages() {
        counter(
                "received_messages_total",
                "Messages that came from the relay, those fetched once more included.",
                relay -> relay.received.get());
        counter("received_bytes_total", "Octets of these messages.", relay -> relay.receivedOctets.get());
        counter(
                "delivered_messages_total",
                "Messages handed to the collector, the agent's own not counted.",
                relay -> relay.delivered.get());
        counter(
                "repeated_messages_total",
                "Messages that the collector refused at first and that were handed over once more.",
                relay -> relay.repeated.get());
        family(
                "lost_messages_total",
                "counter",
                "Messages that the relay did not have any more: overrun in its ring, left out without a word.");
        for (RelayCounters relay : relays) {
            sample("lost_messages_total", labels("relay", relay.relay(), "reason", "overrun"), relay.overrun.get());
            sample("lost_messages_total", labels("relay", relay.relay(), "reason", "left_out"), relay.leftOut.get());
            sample("lost_messages_total", labels("relay", relay.relay(), "reason", "other"), relay.otherwiseLost.get());
        }
        family(
                "dropped_messages_total",
                "counter",
                "Messages that were lost at home: longer than a datagram, than the way to the collector takes, or the"
                        + " collector's receive buffer was full.");
        for (RelayCounters relay : relays) {
            sample("dropped_messages_total", labels("relay", relay.relay(), "reason", "size"), relay.oversized.get());
            sample("dropped_messages_total", labels("relay", relay.relay(), "reason", "way"), relay.unsendable.get());
            sample(
                    "dropped_messages_total",
                    labels("relay", relay.relay(), "reason", "collector_buffer"),
                    relay.droppedByCollector.get());
        }
    }

    private void expiries(Credentials own) {
        // Two certificates may look alike; two series must not.
        Map<String, Instant> ends = new LinkedHashMap<>();
        List<X509Certificate> certificates = new ArrayList<>(own.chain());
        certificates.addAll(own.authorities());
        for (X509Certificate certificate : certificates) {
            String labels = labels(
                    "subject",
                    Certificates.subject(certificate),
                    "serial",
                    certificate.getSerialNumber().toString(16));
            ends.merge(labels, certificate.getNotAfter().toInstant(), MetricsText::earlier);
        }
        expiry("certificate_expiry", "When a certificate of the agent, or a CA's that it trusts, ends.", ends);
        ends.clear();
        for (Expiry list : own.revocations().expiries()) {
            ends.merge(labels("list", list.what()), list.end(), MetricsText::earlier);
        }
        expiry("crl_expiry", "When a revocation list is out of date.", ends);
    }

    private void expiry(String name, String help, Map<String, Instant> ends) {
        if (!ends.isEmpty()) {
            family(name + TIMESTAMP, "gauge", help);
            ends.forEach((labels, end) -> sample(name + TIMESTAMP, labels, end));
        }
    }

    private void counter(String name, String help, ToLongFunction<RelayCounters> value) {
        eachRelay(name, "counter", help, value);
    }

    private void gauge(String name, String help, ToLongFunction<RelayCounters> value) {
        eachRelay(name, "gauge", help, value);
    }

    private void eachRelay(String name, String type, String help, ToLongFunction<RelayCounters> value) {
        family(name, type, help);
        relays.forEach(relay -> sample(name, labels("relay", relay.relay()), value.applyAsLong(relay)));
    }

    private void family(String name, String type, String help) {
        text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help);
        text.append("\n# TYPE ").append(PREFIX).append(name).append(' ').append(type);
        text.append('\n');
    }

    private void sample(String name, String labels, Object value) {
        Object number = value instanceof Instant time ? seconds(time) : value;
        text.append(PREFIX).append(name).append(labels).append(' ').append(number);
        text.append('\n');
    }

    private static String seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3).stripTrailingZeros().toPlainString();
    }

    /** {@code {name="value",…}}; the values are escaped. */
    private static String labels(Object... namesAndValues) {
        StringBuilder labels = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = String.valueOf(namesAndValues[i + 1]);
            labels.append(i == 0 ? "" : ",").append(namesAndValues[i]).append("=\"");
            labels.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
            labels.append('"');
        }
        return labels.append('}').toString();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
