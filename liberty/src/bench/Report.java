import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Figures of all rounds; as Markdown, the median of each and how far they lie apart. */
final class Report {
    private final int rateSeconds;
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** @param rateSeconds how long a rate was kept up to count */
    Report(int rateSeconds) {
        this.rateSeconds = rateSeconds;
    }

    void version(String contender, String version) {
        versions.put(contender, version);
        figures.put(contender, new LinkedHashMap<>());
    }

    void add(String contender, String what, double value) {
        figures.get(contender).computeIfAbsent(what, w -> new ArrayList<>()).add(value);
    }

    void remark(String sentence) {
        remarks.add(sentence);
    }

    String markdown(int rounds, long seconds) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append("# Benchmark of ").append(LocalDate.now()).append("\n\n");
        text.append("Made by `liberty/bench` in ")
                .append(seconds / 60)
                .append(" min ")
                .append(seconds % 60);
        text.append(" s. UDP on loopback, mutual TLS 1.3 over loopback TCP, UDP on loopback; messages of ");
        text.append(Load.SIZE)
                .append(" octets unless it says otherwise. Median of ")
                .append(rounds);
        text.append(rounds == 1 ? " round" : " rounds");
        text.append(", in brackets the lowest and the highest; all on the same processors as the load.\n\n");
        text.append("| | |\n|---|---|\n| machine | ").append(machine()).append(" |\n");
        versions.forEach((name, version) ->
                text.append("| ").append(name).append(" | ").append(version).append(" |\n"));

        text.append("\n## Rate, latency, processor time, memory, start\n\n");
        table(text, new String[][] {
            {"Highest rate without loss over " + rateSeconds + " s, messages/s", "rate " + Load.SIZE, "%,.0f"},
            {"Latency at 1,000/s: p50, us", "p50 at 1000", "%,.0f"},
            {"p99", "p99 at 1000", "%,.0f"},
            {"p99.9", "p999 at 1000", "%,.0f"},
            {"Latency at 10,000/s: p50, us", "p50 at 10000", "%,.0f"},
            {"p99", "p99 at 10000", "%,.0f"},
            {"p99.9", "p999 at 10000", "%,.0f"},
            {"Latency at 50,000/s: p50, us", "p50 at 50000", "%,.0f"},
            {"p99", "p99 at 50000", "%,.0f"},
            {"p99.9", "p999 at 50000", "%,.0f"},
            {"CPU s per million at 10,000/s, both ends", "cpu at 10000", "%.2f"},
            {"CPU s per million at 50,000/s, both ends", "cpu at 50000", "%.2f"},
            {"CPU s per million at 100,000/s, both ends", "cpu at 100000", "%.2f"},
            {"of which sending end", "cpu sending at 100000", "%.2f"},
            {"receiving end", "cpu receiving at 100000", "%.2f"},
            {"Idle, % of a core, both ends", "idle", "%.2f"},
            {"RSS of the sending end after that load, MB", "memory now sending", "%.0f"},
            {"of the receiving end", "memory now receiving", "%.0f"},
            {"Peak RSS of the sending end, MB", "memory sending", "%.0f"},
            {"of the receiving end", "memory receiving", "%.0f"},
            {"Start of the sending end until it accepts, s", "start sending", "%.2f"},
            {"of the receiving end until it is connected", "start receiving", "%.2f"},
        });
        text.append("\n## Other sizes: highest rate without loss, messages/s\n\n");
        table(text, new String[][] {
            {"64 octets", "rate 64", "%,.0f"},
            {"1,024 octets", "rate 1024", "%,.0f"},
            {"8,192 octets", "rate 8192", "%,.0f"},
        });
        text.append("\n## Ten receiving ends, 5,000 messages/s to each\n\n");
        table(text, new String[][] {
            {"CPU s per million sent to one, sending end", "cpu sending with 1", "%.2f"},
            {"to ten, sending end", "cpu sending with 10", "%.2f"},
            {"to one, receiving end", "cpu receiving with 1", "%.2f"},
            {"to ten, each receiving end", "cpu receiving with 10", "%.2f"},
            {"p50 to one, us", "p50 with 1", "%,.0f"},
            {"p50 to ten, the slowest of them", "p50 with 10", "%,.0f"},
            {"p99 to one, us", "p99 with 1", "%,.0f"},
            {"p99 to ten, the slowest of them", "p99 with 10", "%,.0f"},
            {"Peak RSS of the sending end with one, MB", "memory with 1", "%.0f"},
            {"with ten", "memory with 10", "%.0f"},
            {"Lost", "lost with 10", "%,.0f"},
        });
        text.append("\n## Two receiving ends at 10,000/s, one of them stopped: what the other one gets\n\n");
        table(text, new String[][] {
            {"p50 while both run, us", "p50 beside a running one", "%,.0f"},
            {"while one is stopped", "p50 beside a stopped one", "%,.0f"},
            {"p99 while both run, us", "p99 beside a running one", "%,.0f"},
            {"while one is stopped", "p99 beside a stopped one", "%,.0f"},
            {"Lost by the healthy one", "lost beside a stopped one", "%,.0f"},
        });
        if (!remarks.isEmpty()) {
            text.append('\n');
            remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
        }
        return text.toString();
    }

    private void table(StringBuilder text, String[][] rows) {
        text.append("| | ").append(String.join(" | ", figures.keySet())).append(" |\n|---|");
        text.append("---:|".repeat(figures.size())).append('\n');
        for (String[] row : rows) {
            text.append("| ").append(row[0]).append(" | ");
            text.append(figures.values().stream()
                    .map(of -> cell(of.get(row[1]), row[2]))
                    .collect(Collectors.joining(" | ")));
            text.append(" |\n");
        }
    }

    private static String cell(List<Double> values, String format) {
        if (values == null) {
            return "–";
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int count = sorted.size();
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        String shown = String.format(Locale.ROOT, format, median);
        return count == 1
                ? shown
                : shown
                        + String.format(
                                Locale.ROOT, " (" + format + "–" + format + ")", sorted.get(0), sorted.get(count - 1));
    }

    private static String machine() throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.replaceAll(".*: ", ""))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        String kernel = System.getProperty("os.version");
        // By lines, since a sysctl gives nothing from its second octet on, and Files.readString begins with one octet.
        String granted =
                Files.readAllLines(Path.of("/proc/sys/net/core/rmem_max")).get(0);
        return Runtime.getRuntime().availableProcessors() + " x " + processor + ", Linux " + kernel
                + ", net.core.rmem_max " + granted;
    }
}
