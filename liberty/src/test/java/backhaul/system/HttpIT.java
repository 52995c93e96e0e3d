package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The relay's HTTP port is for asking, by this machine. */
class HttpIT {
    private static final RelayServer RELAY = RelayServer.shared();

    @Test
    void answersOnLoopbackOnly() throws IOException {
        String port = String.format(Locale.ROOT, ":%04X", Integer.parseInt(RELAY.setting("http.port")));
        List<String> listening = new ArrayList<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path sockets = Path.of("/proc/net", table);
            if (Files.exists(sockets)) {
                Files.readAllLines(sockets).stream()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(port) && fields[3].equals("0A")) // listening
                        .forEach(fields -> listening.add(fields[1].replace(port, "")));
            }
        }
        // 127.0.0.1, as IPv4 or mapped into IPv6, in the kernel's order of octets.
        assertThat(listening).isNotEmpty().allMatch(address -> address.matches("(0{16}FFFF0000|)0100007F"));
    }

    @Test
    void nothingChangesStateThroughIt() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try (HandmadeAgent agent = HandmadeAgent.connect(RELAY, Ca.shared().agent("undisturbed"));
                UdpSource host = new UdpSource(RELAY)) {
            RELAY.awaitAgents(1);
            String stream = RELAY.books().text("stream");
            for (String path : new String[] {
                "/",
                "/status",
                "/status/agents",
                "/health",
                "/health/started",
                "/health/live",
                "/health/ready",
                "/metrics"
            }) {
                for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH"}) {
                    HttpResponse<String> answer = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RELAY.setting("http.port") + path))
                                    .header("Content-Type", "application/json")
                                    .method(method, HttpRequest.BodyPublishers.ofString("{\"agents\":[]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    // Liberty's health takes any method for GET: it answers, and does nothing else.
                    assertThat(answer.statusCode())
                            .as("%s %s", method, path)
                            .matches(status -> status / 100 == 4 || status == 200 && path.startsWith("/health"));
                }
            }
            assertThat(RELAY.health().isUp()).isTrue();
            assertThat(RELAY.health().number("agents")).isEqualTo(1);
            assertThat(RELAY.books().text("stream")).isEqualTo(stream);
            host.send("still here");
            assertThat(agent.next()).isEqualTo(Messages.octets("still here"));
        }
        RELAY.awaitAgents(0);
    }
}
