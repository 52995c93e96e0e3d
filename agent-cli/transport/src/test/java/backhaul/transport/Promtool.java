package backhaul.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;

/** Checks metrics with Prometheus' own tool. */
public final class Promtool {
    private Promtool() {}

    /** Fails if it has any complaint; skips the test if it is not installed. */
    public static void check(String metrics) throws IOException, InterruptedException {
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeThat(e).as("promtool (package prometheus) is needed").isNull();
            return;
        }
        try (var in = promtool.getOutputStream()) {
            in.write(metrics.getBytes(UTF_8));
        }
        assertThat(new String(promtool.getInputStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(promtool.waitFor()).isZero();
    }
}
