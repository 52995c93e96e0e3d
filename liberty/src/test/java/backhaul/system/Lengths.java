package backhaul.system;

import java.time.Duration;
import java.util.Locale;

/** How long a test runs: shorter where all of them run, longer when asked for with {@code -Dbackhaul.…=10m}. */
final class Lengths {
    private Lengths() {}

    /** The property's value, such as 60s or 10m. */
    static Duration of(String property, Duration otherwise) {
        String value = System.getProperty(property, "");
        return value.isEmpty() ? otherwise : Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
    }
}
