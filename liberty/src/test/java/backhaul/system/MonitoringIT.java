package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The alert rules and the dashboard fit what relay and agent write, and Prometheus. */
@Tag("shell")
class MonitoringIT {
    private static final Path RULES = Build.root().resolve("liberty/src/main/monitoring/backhaul-alerts.yml");
    private static final Path DASHBOARD = Build.root().resolve("liberty/src/main/monitoring/backhaul-dashboard.json");

    private static String relayMetrics() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RelayServer.shared().setting("http.port") + "/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3")
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("").split(";\\s*"))
                .containsExactlyInAnyOrder("text/plain", "version=0.0.4", "charset=utf-8");
        return answer.body();
    }

    private static String agentMetrics() throws IOException {
        Path file = Build.scratch("metrics").resolve("backhaul-agent.prom");
        try (UdpSink home = new UdpSink(new Received());
                AgentProcess agent = AgentProcess.start(
                        "monitored",
                        Namespace.OWN,
                        List.of("--metrics-file", file.toString()),
                        home.port(),
                        RelayServer.shared())) {
            Wait.until(
                    "the agent has written its metrics",
                    () -> Files.exists(file) || !agent.process().isAlive());
            return Files.readString(file);
        } finally {
            RelayServer.shared().awaitAgents(0);
        }
    }

    private static Set<String> written(String metrics) {
        return Pattern.compile("(?m)^# TYPE (\\w+) ")
                .matcher(metrics)
                .results()
                .map(type -> type.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> used(String text) {
        return Pattern.compile("\\b(?:backhaul_(?:relay|agent)|process)_\\w+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The expressions of the dashboard, with the values that Grafana inserts. */
    private static List<String> expressions() throws IOException {
        List<String> expressions = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(Files.readString(DASHBOARD))
                .results()
                .map(found -> found.group(1)
                        .replace("\\\"", "\"")
                        .replaceAll("\\$__(rate_interval|range)", "5m")
                        .replaceAll("\\$(relay|home)", ".*"))
                .toList();
        assertThat(expressions).hasSizeGreaterThan(30);
        return expressions;
    }

    @Test
    void theyAskForNothingThatNobodyWrites() throws Exception {
        Set<String> written = written(relayMetrics());
        assertThat(written).hasSizeGreaterThan(25);
        written.addAll(written(agentMetrics()));
        assertThat(written).contains("backhaul_agent_connected");
        assertThat(used(Files.readString(RULES))).hasSizeGreaterThan(10).isSubsetOf(written);
        Set<String> shown = used(String.join("\n", expressions()));
        assertThat(shown).isSubsetOf(written);
        // And the dashboard leaves out little.
        Set<String> left = new TreeSet<>(written);
        left.removeAll(shown);
        assertThat(left)
                .containsExactlyInAnyOrder(
                        "backhaul_agent_crl_expiry_timestamp_seconds",
                        "backhaul_agent_info",
                        "backhaul_agent_position",
                        "backhaul_agent_received_bytes_total",
                        "backhaul_agent_start_timestamp_seconds",
                        "backhaul_relay_agent_connected_since_timestamp_seconds",
                        "backhaul_relay_connections_total",
                        "backhaul_relay_ring_oldest_age_seconds",
                        "process_max_fds",
                        "process_open_fds",
                        "process_start_time_seconds");
    }

    @Test
    void eachAlertIsRaisedWhenItShouldBeAndNotBefore() {
        String promtool = Tool.require("promtool");
        Command.run(promtool, "check", "rules", RULES.toString()).expect(0);
        Path tests = Build.root().resolve("liberty/src/test/monitoring/backhaul-alerts-test.yml");
        Command.run(promtool, "test", "rules", tests.toString()).expect(0);
    }

    @Test
    void prometheusUnderstandsTheDashboard() throws IOException {
        String promtool = Tool.require("promtool");
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int number = 0;
        for (String expression : expressions()) {
            rules.append("  - record: panel_").append(number++);
            rules.append("\n    expr: '").append(expression.replace("'", "''")).append("'\n");
        }
        Path directory = Build.scratch("dashboard");
        Files.writeString(directory.resolve("dashboard.yml"), rules);
        assertThat(Command.run(directory, Map.of(), List.of(promtool, "check", "rules", "dashboard.yml"))
                        .expect(0)
                        .output())
                .contains(number + " rules found");
    }

    @Test
    void promtoolFindsNothingWrongWithTheRelaysMetrics() throws Exception {
        String promtool = Tool.require("promtool");
        Path directory = Build.scratch("relay-metrics");
        Files.writeString(directory.resolve("metrics"), relayMetrics());
        assertThat(Command.run(directory, Map.of(), List.of("sh", "-c", promtool + " check metrics <metrics"))
                        .expect(0)
                        .output())
                .isEmpty();
    }
}
