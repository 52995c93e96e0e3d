package backhaul.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads settings in documents, for comparison with the code. */
public final class Documents {
    private static final Pattern KEY = Pattern.compile("#?([a-z][a-z0-9.-]*)=(.*)");

    /**
     * A key of a sample file.
     *
     * @param value the default, or an example
     * @param remark the lines above it
     */
    public record Sample(String key, String value, String remark) {
        public boolean isRequired() {
            return remark.contains("Required.");
        }

        /** Neither required nor without a default. */
        public boolean hasDefault() {
            return !isRequired() && !remark.contains("Not set: ");
        }
    }

    private Documents() {}

    /** The keys of a properties file, whether a # is before them or not, in order and as often as they are there. */
    public static List<Sample> sample(Path file) {
        List<Sample> samples = new ArrayList<>();
        StringBuilder remark = new StringBuilder();
        for (String line : lines(file)) {
            Matcher key = KEY.matcher(line);
            if (key.matches()) {
                samples.add(new Sample(key.group(1), key.group(2), remark.toString()));
            } else if (line.startsWith("# ")) {
                remark.append(line.substring(2)).append(' ');
            } else {
                remark.setLength(0);
            }
        }
        return samples;
    }

    /** The cells of the first table below a heading of a Markdown file, without its head. */
    public static List<List<String>> table(Path file, String heading) {
        return lines(file).stream()
                .dropWhile(line -> !line.equals(heading))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Stream.of(line.substring(1).split("(?<!\\\\)\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
