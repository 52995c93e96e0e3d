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

/**
 * What a relay that is running on this machine says of itself.
 *
 * @param listening where, in the words of {@code RunningRelay}; empty if none answers
 */
record HealthProbe(String listening) {
    private static final int LIMIT_MILLIS = 2_000;
    private static final Pattern LISTENING = Pattern.compile("\"listening\":\\s*\"([^\"]*)\"");

    /** Asks its readiness; a question changes nothing there. */
    static HealthProbe ask(OptionalInt port) {
        if (port.isEmpty()) {
            return new HealthProbe("");
        }
        int httpPort = port.getAsInt();
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + httpPort + "/health/ready")
                            .toURL()
                            .openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            InputStream body =
                    connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
            if (body == null) {
                return new HealthProbe("");
            }
            try (body) {
                Matcher matcher = LISTENING.matcher(new String(body.readNBytes(1 << 16), StandardCharsets.UTF_8));
                return new HealthProbe(
                        matcher.find() ? matcher.group(1) + ", health on HTTP 127.0.0.1:" + httpPort : "");
            }
        } catch (IOException e) {
            return new HealthProbe("");
        }
    }

    /** Is this, for example {@code agents on TLS *:514}, one of its? */
    boolean has(String what) {
        return (listening + ",").contains(what + ",");
    }
}
