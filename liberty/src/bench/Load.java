import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs {@code load.c}: messages at an even rate into what is measured, and what came out of it. */
final class Load {
    /** A rate counts only if the last message came so soon after the last was sent: nothing may be left in a queue. */
    private static final double LATEST_MS = 500;

    /** The generator must have reached this share of the rate it was asked for. */
    private static final double KEPT_UP = 0.985;

    /** Octets of a message in everything but the table of sizes. */
    static final int SIZE = 256;

    /** us */
    private static final int TICK = 250;

    private final Path program;
    private int runs;

    Load(Path program) {
        this.program = program;
    }

    /**
     * What came of one run.
     *
     * @param sinks by number, the fields that load.c prints
     * @param rate messages a second really sent
     * @param count messages sent
     */
    record Result(List<Map<String, Double>> sinks, double asked, double rate, long count) {
        /** Did every sink get every message once and in order? */
        boolean clean() {
            return sinks.stream()
                    .allMatch(sink -> sink.get("lost") == 0 && sink.get("repeated") == 0 && sink.get("unordered") == 0);
        }

        boolean keptUp() {
            return rate >= KEPT_UP * asked;
        }

        boolean sustained() {
            return clean() && keptUp() && sinks.stream().allMatch(sink -> sink.get("after_ms") < LATEST_MS);
        }

        /** Of the first sink. */
        double of(String field) {
            return sinks.get(0).get(field);
        }

        /** Of the sink where it is largest. */
        double worst(String field) {
            return sinks.stream().mapToDouble(sink -> sink.get(field)).max().orElseThrow();
        }

        @Override
        public String toString() {
            return String.format(
                    "%,.0f/s (asked %,.0f) lost %.0f, p50 %.0f, p99 %.0f, p99.9 %.0f us, last after %.0f ms",
                    rate,
                    asked,
                    sinks.stream().mapToDouble(sink -> sink.get("lost")).sum(),
                    worst("p50"),
                    worst("p99"),
                    worst("p999"),
                    worst("after_ms"));
        }
    }

    /** Waits for all sinks. */
    Result run(int to, int[] from, double rate, int size, int seconds, int skip)
            throws IOException, InterruptedException {
        return run(to, from, from.length, rate, size, seconds, skip, 0);
    }

    /** Likewise, for rates: sends what is due every {@value #TICK} us, so as to leave the processors to what is measured. */
    Result burst(int to, int[] from, double rate, int size, int seconds) throws IOException, InterruptedException {
        return run(to, from, from.length, rate, size, seconds, 1, TICK);
    }

    /** @param needed so many of the sinks must get everything; the others are read, and not waited for */
    Result run(int to, int[] from, int needed, double rate, int size, int seconds, int skip)
            throws IOException, InterruptedException {
        return run(to, from, needed, rate, size, seconds, skip, 0);
    }

    private Result run(int to, int[] from, int needed, double rate, int size, int seconds, int skip, int tick)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                program.toString(),
                "--run",
                String.valueOf(++runs),
                "--needed",
                String.valueOf(needed),
                "--to",
                String.valueOf(to),
                "--from",
                IntStream.of(from).mapToObj(String::valueOf).collect(Collectors.joining(",")),
                "--rate",
                String.valueOf((long) rate),
                "--size",
                String.valueOf(size),
                "--seconds",
                String.valueOf(seconds),
                "--skip",
                String.valueOf(skip),
                "--tick",
                String.valueOf(tick));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        List<Map<String, Double>> sinks = new ArrayList<>();
        Map<String, Double> sent = Map.of();
        for (String line : output.split("\n")) {
            Map<String, Double> fields = new HashMap<>();
            for (String field : line.split(" ")) {
                int equals = field.indexOf('=');
                if (equals > 0) {
                    fields.put(field.substring(0, equals), Double.valueOf(field.substring(equals + 1)));
                }
            }
            if (line.startsWith("sink ")) {
                sinks.add(fields);
            } else if (line.startsWith("sent ")) {
                sent = fields;
            }
        }
        return new Result(
                sinks.subList(0, needed),
                rate,
                sent.get("rate"),
                sent.get("count").longValue());
    }
}
