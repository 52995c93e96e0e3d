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

/** The relay's HTTP port takes only read requests, from this machine. */
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
        // 127.0.0.1, as IPv4 or mapped into IPv6, in the kernel's byte order.
        assertThat(listening).isNotEmpty().allMatch(address -> address.matches("(0{16}FFFF0000|)0100007F"));
    }

    private static HttpResponse<String> get(String path, String host) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RELAY.setting("http.port") + path))
                                .header("Host", host)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void answersWhoAsksForThisMachineByItsName() throws Exception {
        for (String host : new String[] {"localhost", "LocalHost:8080", "127.0.0.1", "[::1]:9080"}) {
            assertThat(get("/status", host).statusCode()).as(host).isEqualTo(200);
        }
        // A name of somebody else's that points here, as a page in a browser of this machine would use it.
        for (String host :
                new String[] {"rebound.example.net:9080", "127.0.0.1.example.net", "localhost.example.net"}) {
            for (String path : new String[] {"/", "/status", "/metrics", "/status.js", "/none"}) {
                HttpResponse<String> answer = get(path, host);
                assertThat(answer.statusCode()).as("%s for %s", path, host).isEqualTo(403);
                assertThat(answer.body())
                        .startsWith("This is for programs of this machine")
                        .contains("not for " + host, "http://localhost:9080/")
                        .doesNotContain("received");
            }
        }
    }

    @Test
    void everyAnswerKeepsBrowsersFromDoingMoreWithItThanShowIt() throws Exception {
        for (String path :
                new String[] {"/", "/status", "/metrics", "/status.js", "/status.css", "/icon.svg", "/none"}) {
            HttpResponse<String> answer = get(path, "localhost");
            assertThat(answer.statusCode()).as(path).isEqualTo(path.equals("/none") ? 404 : 200);
            assertThat(answer.headers().firstValue("Cache-Control")).as(path).hasValue("no-store");
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .hasValue("nosniff");
            assertThat(answer.headers().firstValue("X-Frame-Options")).as(path).hasValue("DENY");
            assertThat(answer.headers().firstValue("Cross-Origin-Resource-Policy"))
                    .as(path)
                    .hasValue("same-origin");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "http:", "*");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .as(path)
                    .isEmpty();
        }
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
                "/metrics",
                "/status.js"
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
