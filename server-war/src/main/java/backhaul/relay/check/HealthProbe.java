package backhaul.relay.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a running relay on this machine about itself. */
final class HealthProbe {
    private static final int LIMIT_MILLIS = 2_000;
    private static final Pattern LISTENING = Pattern.compile("\"listening\":\\s*\"([^\"]*)\"");

    private HealthProbe() {}

    /** The addresses on which it listens, in the words of {@code RunningRelay}; empty if none answers. This changes nothing there. */
    static String listening(OptionalInt port) {
        if (port.isEmpty()) {
            return "";
        }
        String http = "127.0.0.1:" + port.getAsInt();
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + http + "/health/ready").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            try (InputStream body =
                    connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String answer = body == null ? "" : new String(body.readNBytes(1 << 16), StandardCharsets.UTF_8);
                Matcher matcher = LISTENING.matcher(answer);
                return matcher.find() ? matcher.group(1) + ", health on HTTP " + http : "";
            }
        } catch (IOException e) {
            return "";
        }
    }
}
