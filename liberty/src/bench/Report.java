import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final String conditions;
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** @param conditions in sentences, how long everything was loaded and measured */
    Report(String conditions) {
        this.conditions = conditions;
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
        text.append(", in brackets the lowest and the highest; all on the same processors as the load. ")
                .append(conditions);
        text.append("\n\n| | |\n|---|---|\n| machine | ").append(machine()).append(" |\n");
        versions.forEach((name, version) ->
                text.append("| ").append(name).append(" | ").append(version).append(" |\n"));

        table(text, "Rate, latency, processor time, memory", new String[][] {
            {"Highest rate without loss, messages/s", "rate " + Load.SIZE, "%,.0f"},
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
            {"RSS of the sending end after that load, MB", "memory now sending", "%.0f"},
            {"of the receiving end", "memory now receiving", "%.0f"},
            {"Peak RSS of the sending end, MB", "memory sending", "%.0f"},
            {"of the receiving end", "memory receiving", "%.0f"},
        });
        table(
                text,
                "Start, from the disk (page cache dropped before each program) and from the page cache",
                new String[][] {
                    {"The sending end until it accepts, from the disk, s", "start sending cold", "%.2f"},
                    {"the receiving end until it is connected, from the disk", "start receiving cold", "%.2f"},
                    {"The sending end until it accepts, from the page cache, s", "start sending warm", "%.2f"},
                    {"the receiving end until it is connected, from the page cache", "start receiving warm", "%.2f"},
                });
        table(text, "Idle, over 60 s, two minutes after the last load or later", new String[][] {
            {"Both ends, % of a core", "idle", "%.2f"},
        });
        table(text, "Other sizes, in the first round only: highest rate without loss, messages/s", new String[][] {
            {"64 octets", "rate 64", "%,.0f"},
            {"1,024 octets", "rate 1024", "%,.0f"},
            {"8,192 octets", "rate 8192", "%,.0f"},
        });
        table(text, "Ten receiving ends, 5,000 messages/s to each", new String[][] {
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
        table(text, "Two receiving ends at 10,000/s, one of them stopped: what the other one gets", new String[][] {
            {"p50 while both run, us", "p50 beside a running one", "%,.0f"},
            {"while one is stopped", "p50 beside a stopped one", "%,.0f"},
            {"p99 while both run, us", "p99 beside a running one", "%,.0f"},
            {"while one is stopped", "p99 beside a stopped one", "%,.0f"},
            {"Lost by the healthy one", "lost beside a stopped one", "%,.0f"},
        });
        table(text, "One agent beside a crowd, all on one sending end and on the same processors", new String[][] {
            {"1,000 clients are connected after, s", "crowd connected", "%.1f"},
            {"RSS of the sending end with the agent alone, MB", "memory beside none", "%.0f"},
            {"with 1,000 idle clients", "memory beside many", "%.0f"},
            {"a minute after they have left", "memory after many", "%.0f"},
            {"CPU of the sending end with 1,000 idle clients, % of a core", "cpu beside many", "%.1f"},
            {"10 messages/s to each, 20 s: lost by the 1,000 clients", "lost by many", "%,.0f"},
            {"connections of them that ended", "ended of many", "%,.0f"},
            {"lost by the agent", "lost beside many", "%,.0f"},
            {"p50 of the agent alone, us", "p50 beside none", "%,.0f"},
            {"beside the 1,000", "p50 beside many", "%,.0f"},
            {"p99 of the agent alone, us", "p99 beside none", "%,.0f"},
            {"beside the 1,000", "p99 beside many", "%,.0f"},
            {"1,000 messages/s, 20 s: p50 of the agent alone, us", "p50 beside none, fast", "%,.0f"},
            {"beside 100 that do not read", "p50 beside deaf", "%,.0f"},
            {"p99 of the agent alone, us", "p99 beside none, fast", "%,.0f"},
            {"beside 100 that do not read", "p99 beside deaf", "%,.0f"},
            {"lost by the agent beside them", "lost beside deaf", "%,.0f"},
            {"connections of them that ended", "ended of deaf", "%,.0f"},
            {"RSS of the sending end with them, MB", "memory beside deaf", "%.0f"},
        });
        if (!remarks.isEmpty()) {
            text.append('\n');
            remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
        }
        return text.toString();
    }

    /** Only what was measured: rows and columns without any figure are left out. */
    private void table(StringBuilder text, String title, String[][] rows) {
        List<String[]> measured = Arrays.stream(rows)
                .filter(row -> figures.values().stream().anyMatch(of -> of.containsKey(row[1])))
                .toList();
        List<String> names = figures.keySet().stream()
                .filter(name ->
                        measured.stream().anyMatch(row -> figures.get(name).containsKey(row[1])))
                .toList();
        if (names.isEmpty()) {
            return;
        }
        text.append("\n## ").append(title).append("\n\n| | ");
        text.append(String.join(" | ", names)).append(" |\n|---|");
        text.append("---:|".repeat(names.size())).append('\n');
        for (String[] row : measured) {
            text.append("| ").append(row[0]).append(" | ");
            text.append(names.stream()
                    .map(name -> cell(figures.get(name).get(row[1]), row[2]))
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
