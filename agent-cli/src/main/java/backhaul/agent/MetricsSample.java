package backhaul.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One number of a metrics file as {@link MetricsText} writes it.
 *
 * @param name without {@link MetricsText#PREFIX}
 */
record MetricsSample(String name, Map<String, String> labels, double value) {
    private static final Pattern LINE =
            Pattern.compile(MetricsText.PREFIX + "(\\w+)(?:\\{(.*)\\})? (\\d{1,18}(?:\\.\\d{1,9})?)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /** All samples in a file; other lines are skipped. */
    static List<MetricsSample> parse(String text) {
        List<MetricsSample> samples = new ArrayList<>();
        for (String line : text.split("\n")) {
            Matcher sample = LINE.matcher(line);
            if (sample.matches()) {
                samples.add(new MetricsSample(
                        sample.group(1), labels(sample.group(2)), Double.parseDouble(sample.group(3))));
            }
        }
        return samples;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            String value = label.group(2).replace("\\n", "\n").replace("\\\"", "\"");
            labels.put(label.group(1), value.replace("\\\\", "\\"));
        }
        return labels;
    }
}
