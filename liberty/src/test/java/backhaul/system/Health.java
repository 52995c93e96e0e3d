package backhaul.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer of a health endpoint.
 *
 * @param status of HTTP; 0 if there was no answer
 * @param body JSON
 */
record Health(int status, String body) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** {@code check} is started, live or ready. */
    static Health get(Namespace namespace, int port, String check) {
        if (!namespace.equals(Namespace.OWN)) {
            Matcher answer = Pattern.compile("(?s)^HTTP/\\S+ (\\d+).*?\r\n\r\n(.*)$")
                    .matcher(namespace.get(port, "/health/" + check));
            return answer.find() ? new Health(Integer.parseInt(answer.group(1)), answer.group(2)) : new Health(0, "");
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/" + check))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            return new Health(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Health(0, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Health(0, "");
        }
    }

    /** Up, and by the word of the relay itself: a server whose application is missing is up too. */
    boolean isUp() {
        return status == 200 && body.contains("\"relay\"");
    }

    /** A number in the relay's data. */
    long number(String key) {
        Matcher matcher =
                Pattern.compile("\"" + Pattern.quote(key) + "\":\\s*(-?\\d+)").matcher(body);
        if (!matcher.find()) {
            throw new AssertionError("No " + key + " in " + this);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Why the relay is not ready, or nothing. */
    String problem() {
        Matcher matcher =
                Pattern.compile("\"problem\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(body);
        return matcher.find() ? matcher.group(1).replaceAll("\\\\(.)", "$1") : "";
    }
}
