package backhaul.transport;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** Writes metrics in Prometheus' text format, version 0.0.4. One thread; {@code toString} returns the text written so far. */
public final class PrometheusText {
    /** The format, for HTTP. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final String prefix;
    private final StringBuilder text = new StringBuilder();

    /** Each name will begin with {@code prefix}. */
    public PrometheusText(String prefix) {
        this.prefix = prefix;
    }

    /**
     * Begins a family: all of its samples must come next.
     *
     * @param type {@code counter} or {@code gauge}
     * @param help one line
     */
    public void family(String name, String type, String help) {
        text.append("# HELP ").append(prefix).append(name).append(' ').append(help);
        text.append("\n# TYPE ").append(prefix).append(name).append(' ').append(type);
        text.append('\n');
    }

    /**
     * Adds a number to the family that was begun last.
     *
     * @param labels of {@link #labels}, or empty
     * @param value a number; times become seconds
     */
    public void sample(String name, String labels, Object value) {
        text.append(prefix).append(name).append(labels).append(' ').append(number(value));
        text.append('\n');
    }

    /** A family of one number without labels. */
    public void single(String name, String type, String help, Object value) {
        family(name, type, help);
        sample(name, "", value);
    }

    /** {@code {name="value",…}}; the values are escaped. */
    public static String labels(Object... namesAndValues) {
        StringBuilder labels = new StringBuilder("{");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = String.valueOf(namesAndValues[i + 1]);
            labels.append(i == 0 ? "" : ",").append(namesAndValues[i]).append("=\"");
            labels.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
            labels.append('"');
        }
        return labels.append('}').toString();
    }

    private static String number(Object value) {
        if (value instanceof Instant time) {
            return plain(BigDecimal.valueOf(time.toEpochMilli(), 3));
        }
        if (value instanceof Duration time) {
            return plain(BigDecimal.valueOf(time.toMillis(), 3));
        }
        return value instanceof Double number
                ? plain(BigDecimal.valueOf(number).setScale(3, RoundingMode.HALF_UP))
                : value.toString();
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
