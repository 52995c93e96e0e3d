package backhaul.relay.status;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.Promtool;
import org.junit.jupiter.api.Test;

class RelayMetricsTest {
    private final String text = RelayMetrics.of(StatusSamples.busy());

    @Test
    void eachNumberOfTheStatusIsASeries() {
        String laptop = "{subject=\"CN=laptop,O=Example,ST=FL,C=US\"} ";
        assertThat(text)
                .contains(
                        "# TYPE backhaul_relay_received_messages_total counter\n"
                                + "backhaul_relay_received_messages_total 48213901\n",
                        "backhaul_relay_info{version=\"" + Version.TEXT + "\"} 1\n",
                        "backhaul_relay_ready 1\n",
                        "backhaul_relay_start_timestamp_seconds 1795403703\n",
                        "backhaul_relay_kernel_dropped_messages_total 1204\n",
                        "backhaul_relay_lost_messages_total 20377\n",
                        "backhaul_relay_ring_size_bytes 33554432\n",
                        "backhaul_relay_ring_waiting_bytes 19800000\n",
                        "backhaul_relay_ring_bridges_seconds 121\n",
                        "backhaul_relay_agents 4\n",
                        "backhaul_relay_agent_connections" + laptop + "1\n",
                        "backhaul_relay_agent_connections{subject=\"CN=cabin,O=Example,ST=FL,C=US\"} 0\n",
                        "backhaul_relay_agent_lost_messages_total" + laptop + "20377\n",
                        "backhaul_relay_agent_waiting_messages" + laptop + "61220\n",
                        "backhaul_relay_agent_behind_seconds" + laptop + "61.22\n",
                        "backhaul_relay_refused_connections_total{reason=\"tls\"} 1302\n",
                        "backhaul_relay_refused_connections_total{reason=\"max_agents\"} 0\n",
                        "backhaul_relay_certificate_expiry_timestamp_seconds{subject=\"CN=relay",
                        "\nprocess_resident_memory_bytes ")
                .doesNotContain(
                        "agent_connected_since_timestamp_seconds{subject=\"CN=cabin",
                        "agent_waiting_messages{subject=\"CN=cabin",
                        "agent_behind_seconds{subject=\"CN=cabin");
    }

    @Test
    void noSeriesIsThereTwice() {
        assertThat(text.lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.substring(0, line.lastIndexOf(' '))))
                .hasSizeGreaterThan(50)
                .doesNotHaveDuplicates();
    }

    @Test
    void aRelayThatDoesNotRunSaysSo() {
        assertThat(RelayMetrics.ofNone())
                .contains("backhaul_relay_ready 0\n", "backhaul_relay_info{", "process_")
                .doesNotContain("received");
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        Promtool.check(text);
    }
}
