package backhaul.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that no browser makes by itself, but a page of somebody else can have it make, or a program of this machine can
 * send: each gets a short answer with all the headers, or none at all, and fills no log.
 */
class OddRequestsIT {
    private static final int TIMES = 30;
    private static final int MOST_LINES = 5; // of all those times

    private static final String HOST = "Host: localhost\r\n";
    private static final String END = "Connection: close\r\n\r\n";

    private static RelayServer relay;

    @BeforeAll
    static void start() {
        relay = RelayServer.named("odd-requests-relay").up();
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + HOST + END;
    }

    static Stream<String> requests() {
        return Stream.concat(
                Stream.of(
                                "/[",
                                "/]",
                                "/|",
                                "/{}",
                                "/{",
                                "/^",
                                "/`",
                                "/\"",
                                "/<",
                                "/>",
                                "/\\",
                                "/%",
                                "/%zz",
                                "/%00",
                                "/%2",
                                "/%c0%ae%c0%ae/",
                                "/..",
                                "/../..",
                                "/../../etc/passwd",
                                "/./.",
                                "//",
                                "///status",
                                "//evil.example/",
                                "/status/../status",
                                "/..%2f..%2f",
                                "/%2e%2e/%2e%2e/",
                                "/;",
                                "/;a=b",
                                "/status;a=b",
                                "/status;jsessionid=1",
                                "/status/",
                                "/status/[",
                                "/status|",
                                "/status%2f",
                                "/status%5c",
                                "/WEB-INF/",
                                "/WEB-INF/beans.xml",
                                "/META-INF/MANIFEST.MF",
                                "/%57EB-INF/x",
                                "/none",
                                "/none/none",
                                "/\u00fc",
                                "/\u0001",
                                "/?[",
                                "/?%",
                                "/?%zz",
                                "/?a=|",
                                "/status?{}",
                                "/status?%00",
                                "/metrics?[]",
                                "/?" + "a=b&".repeat(5_000),
                                "/" + "a".repeat(30_000),
                                "/" + "a".repeat(100_000),
                                "/" + "a/".repeat(5_000),
                                "/" + "../".repeat(5_000),
                                "/health/[",
                                "/health/|",
                                "/health/none",
                                "/health/%zz",
                                "/health/..",
                                "/health/;",
                                "/health?[",
                                "/health/ready/[",
                                "/healthy",
                                "/health//",
                                "/health/%00",
                                "*",
                                "",
                                "status",
                                "[",
                                "http://localhost/[",
                                "http://localhost/status",
                                "http://[/",
                                "http:///status",
                                "http://evil.example/",
                                "localhost:9080",
                                "/a b",
                                "/#",
                                "/status#x")
                        .map(OddRequestsIT::get),
                Stream.of(
                        "OPTIONS * HTTP/1.1\r\n" + HOST + END,
                        "OPTIONS / HTTP/1.1\r\n" + HOST + END,
                        "TRACE / HTTP/1.1\r\n" + HOST + END,
                        "TRACE /health HTTP/1.1\r\n" + HOST + END,
                        "CONNECT localhost:9080 HTTP/1.1\r\n" + HOST + END,
                        "HEAD /[ HTTP/1.1\r\n" + HOST + END,
                        "POST /[ HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n" + END,
                        "BREW / HTTP/1.1\r\n" + HOST + END,
                        "get / HTTP/1.1\r\n" + HOST + END,
                        "PROPFIND / HTTP/1.1\r\n" + HOST + END,
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                        "GET / HTTP/9.9\r\n" + HOST + END,
                        "GET / HTTP/1.2\r\n" + HOST + END,
                        "GET / HTTP/0.9\r\n" + HOST + END,
                        "GET / HTTPS/1.1\r\n" + HOST + END,
                        "GET / \r\n" + HOST + END,
                        "GET /\r\n\r\n",
                        "GET / HTTP/1.0\r\n\r\n",
                        "GET / HTTP/1.1\r\n" + END,
                        "GET / HTTP/1.1\r\nHost:\r\n" + END,
                        "GET / HTTP/1.1\r\nHost: [\r\n" + END,
                        "GET / HTTP/1.1\r\nHost: localhost:99999999999\r\n" + END,
                        "GET / HTTP/1.1\r\nHost: a b\r\n" + END,
                        "GET / HTTP/1.1\r\nHost: \u00fc|{}\r\n" + END,
                        "GET /[ HTTP/1.1\r\nHost: evil.example\r\n" + END,
                        "GET / HTTP/1.1\r\n" + HOST + "Host: evil.example\r\n" + END,
                        "GET /health HTTP/1.1\r\nHost: [\r\n" + END,
                        "GET / HTTP/1.1\r\n" + HOST + "$WSSN: evil.example\r\n$WSSP: x\r\n" + END,
                        "GET / HTTP/1.1\r\n" + HOST + "Content-Length: x\r\n" + END,
                        "GET / HTTP/1.1\r\n" + HOST + "Content-Length: -1\r\n" + END,
                        "GET / HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999999999999\r\n" + END,
                        "GET / HTTP/1.1\r\n" + HOST
                                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\nx\r\n",
                        "POST / HTTP/1.1\r\n" + HOST
                                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n-1\r\n\r\n",
                        "POST /health HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n" + END + "zz\r\n",
                        "GET / HTTP/1.1\r\n" + HOST + "Accept: [/|\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Accept: a/b;q=x\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Accept: ;;;\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Accept-Language: [;q=9,\u0001\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Accept-Encoding: \u00fc;q=z\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Content-Type: [\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Cookie: =;$Version=\u0001\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Range: bytes=-\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "If-Modified-Since: x\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "Expect: nothing\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "X-HTTP-Method-Override: [\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "no colon\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + ": no name\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(100_000) + "\r\n" + END,
                        "GET /status HTTP/1.1\r\n" + HOST + "X: x\r\n".repeat(1_000) + END,
                        "GET / HTTP/1.1\r\n" + HOST
                                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: [\r\n\r\n",
                        "\r\n\r\n",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
                        "GET\r\n\r\n",
                        "\u0000\u0000\u0000\u0000\r\n\r\n"));
    }

    /** All of the answer; empty if the server just closed. */
    private static String ask(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(relay.setting("http.port")))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException e) {
            return ""; // reset
        }
    }

    /** Lines of all its logs. */
    private static long logged() throws IOException {
        long lines = relay.log().lines().count();
        for (Path file : files(relay.serverDirectory().resolve("logs"))) {
            lines += Files.readString(file, ISO_8859_1).lines().count();
        }
        return lines;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void getAShortAnswerWithAllHeadersAndFillNoLog(String request) throws Exception {
        long before = logged();
        for (int i = 0; i < TIMES; i++) {
            String answer = ask(request);
            if (!answer.isEmpty() && i == 0) {
                expectHarmless(request, answer);
            }
        }
        assertThat(logged() - before).as("lines logged").isLessThanOrEqualTo(MOST_LINES);
    }

    private static void expectHarmless(String request, String answer) {
        assertThat(answer).doesNotContain("\tat ", "Stack", "Caused by", "backhaul.relay", ".java");
        if (!answer.startsWith("HTTP/")) {
            assertThat(request).startsWith("PRI "); // HTTP/2, which has said goodbye
            return;
        }
        String head = answer.split("\r\n\r\n", 2)[0] + "\r\n";
        assertThat(head)
                .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff\r\n")
                .containsIgnoringCase("\r\nX-Frame-Options: DENY\r\n")
                .containsIgnoringCase("\r\nCache-Control: no-store\r\n")
                .containsIgnoringCase("\r\nCross-Origin-Resource-Policy: same-origin\r\n")
                .containsIgnoringCase("\r\nContent-Security-Policy: default-src 'none'");
    }

    @Test
    void itAnswersAsEverAfterAllOfThem() throws Exception {
        for (String request : requests().toList()) {
            ask(request);
        }
        assertThat(ask(get("/status"))).startsWith("HTTP/1.1 200 ").contains("\"received\":0");
        // Liberty writes a file about each place that fails, the first time: not one for each request.
        Path places = relay.serverDirectory().resolve("logs/ffdc");
        assertThat(Files.exists(places) ? files(places) : List.of()).hasSizeLessThan(10);
        assertThat(relay.health().isUp()).isTrue();
    }
}
