package backhaul.agent;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the program writes to standard error while this is open. */
final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    CapturedLog() {
        System.setErr(new PrintStream(octets, true, StandardCharsets.UTF_8));
    }

    String text() {
        return octets.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return text().lines().toList();
    }

    /** Lines that contain {@code part}. */
    List<String> lines(String part) {
        return text().lines().filter(line -> line.contains(part)).toList();
    }

    @Override
    public void close() {
        // For whoever reads the report of a test that failed.
        System.out.print(text());
        System.setErr(before);
    }
}
