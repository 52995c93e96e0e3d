package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page in a headless Chromium, driven through its DevTools protocol. One thread. */
final class Browser implements AutoCloseable {
    private static final Pattern VALUE = Pattern.compile("\"result\":\\{\"type\":\"string\",\"value\":\"([^\"]*)\"");
    private static final Pattern PAGE = Pattern.compile("\"webSocketDebuggerUrl\":\\s*\"(ws:[^\"]*/page/[^\"]*)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>(); // added to by the socket's thread
    private final Daemon process;
    private final WebSocket socket;
    private int number;

    /** Starts one with an empty page; without the program the test is skipped. */
    Browser(String name) {
        String program = Tool.require("chromium");
        Path directory = Build.scratch(name);
        process = Daemon.start(
                "chromium",
                directory,
                Map.of("HOME", directory.toString()),
                List.of(
                        program,
                        "--headless",
                        "--no-sandbox", // root, as tests may be, has none
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "about:blank"));
        String line = process.awaitLog("DevTools listening on ws://", 0, Duration.ofSeconds(60));
        String tools = line.replaceFirst(".*ws://([^/]*)/.*", "http://$1/json/list");
        Matcher page = PAGE.matcher(get(tools));
        assertThat(page.find()).as("a page at %s", tools).isTrue();
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(page.group(1)), new Listener())
                .join();
        tell("Page.enable", "");
        tell("Runtime.enable", "");
        tell("Log.enable", "");
    }

    /** Puts messages together from their pieces: answers, and what the page complains about. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean last) {
            message.append(piece);
            if (last) {
                String text = message.toString();
                message.setLength(0);
                if (text.startsWith("{\"id\":")) {
                    answers.add(text);
                } else if (text.contains("\"Log.entryAdded\"") || text.contains("\"Runtime.exceptionThrown\"")) {
                    complaints.add(text);
                }
            }
            socket.request(1);
            return null;
        }
    }

    private String get(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("no answer from " + url, e);
        }
    }

    private String tell(String method, String parameters) {
        number++;
        socket.sendText("{\"id\":" + number + ",\"method\":\"" + method + "\",\"params\":{" + parameters + "}}", true)
                .join();
        try {
            String answer = answers.poll(Wait.SOON.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(answer).as(method).startsWith("{\"id\":" + number + ",\"result\"");
            return answer;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for " + method, e);
        }
    }

    /** Whether pages opened from now on may run scripts. */
    Browser scripts(boolean allowed) {
        tell("Emulation.setScriptExecutionDisabled", "\"value\":" + !allowed);
        return this;
    }

    /** Sets the size of the screen. */
    Browser screen(int width, int height) {
        tell(
                "Emulation.setDeviceMetricsOverride",
                "\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":"
                        + (width < 500));
        return this;
    }

    /** Simulates a system that is set to dark colours, or to light ones. */
    Browser dark(boolean dark) {
        tell(
                "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light") + "\"}]");
        return this;
    }

    /** The top of the page, so high, as a picture in WebP. */
    byte[] picture(int width, int height) {
        tell("Emulation.setScrollbarsHidden", "\"hidden\":true");
        String answer = tell(
                "Page.captureScreenshot",
                "\"format\":\"webp\",\"quality\":50,\"clip\":{\"x\":0,\"y\":0,\"width\":" + width + ",\"height\":"
                        + height + ",\"scale\":1}");
        return Base64.getDecoder().decode(answer.replaceFirst("(?s).*\"data\":\"([^\"]*)\".*", "$1"));
    }

    /** Opens a page and waits until it is complete. */
    Browser open(String url) {
        tell("Page.navigate", "\"url\":\"" + url + "\"");
        Wait.until(
                url + " is shown",
                () -> value("location.href + ' ' + document.readyState").equals(url + " complete"));
        return this;
    }

    /** The value of an expression in the page, as text; empty for nothing. It may have no double quotes. */
    String value(String expression) {
        Matcher value = VALUE.matcher(
                tell("Runtime.evaluate", "\"expression\":\"encodeURIComponent(" + expression + " ?? '')\""));
        return value.find() ? URLDecoder.decode(value.group(1).replace("+", "%2B"), StandardCharsets.UTF_8) : "";
    }

    /** The text of the first element that a selector finds; empty if there is none. */
    String text(String selector) {
        return value("document.querySelector('" + selector + "')?.textContent").strip();
    }

    /** Violations of the page's policy, failed requests, exceptions: what its console would show. */
    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        socket.abort();
        process.close();
    }
}
