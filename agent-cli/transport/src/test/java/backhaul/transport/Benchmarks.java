package backhaul.transport;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the JMH benchmarks of the module whose class path this is, and prints the cost of one message: nanoseconds, and
 * bytes allocated, for each size. Exits with 1 if something allocates for each message.
 */
public final class Benchmarks {
    /** A benchmark's rounds; with the start of its own JVM it takes about 3 s. */
    private static final TimeValue ROUND = TimeValue.milliseconds(300);

    private static final int WARM_UP = 3;
    private static final int MEASURED = 5;

    /** Bytes that JMH itself allocates in a round, at most; it is about 6 KiB. */
    private static final double OF_JMH = 32 * 1024;

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Benchmarks() {}

    /** The only argument is a regular expression for the names of the benchmarks. */
    public static void main(String[] args) throws RunnerException {
        List<String> jvm = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx256m")); // as the relay runs
        if (Runtime.version().feature() >= 24) {
            jvm.add("--sun-misc-unsafe-memory-access=allow"); // JMH uses it, and the JVM would warn each time
        }
        Options options = new OptionsBuilder()
                .include(args[0])
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(1)
                .jvmArgs(jvm.toArray(String[]::new))
                .warmupIterations(WARM_UP)
                .warmupTime(ROUND)
                .measurementIterations(MEASURED)
                .measurementTime(ROUND)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        try {
            Collection<RunResult> results = new Runner(options).run();
            print(results);
            if (results.stream().anyMatch(result -> allocated(result) > 0)) {
                System.out.println("Something is allocated for each message.");
                System.exit(1);
            }
        } catch (NoBenchmarksException e) {
            System.out.println("None here is named " + args[0]);
        }
    }

    /** A line for each benchmark, a column for each size. */
    private static void print(Collection<RunResult> results) {
        Map<String, Map<Integer, RunResult>> table = results.stream()
                .collect(Collectors.groupingBy(
                        result -> result.getParams().getBenchmark().replaceFirst("^([a-z]+\\.)+", ""),
                        TreeMap::new,
                        Collectors.toMap(
                                result -> Integer.parseInt(result.getParams().getParam("octets")),
                                result -> result,
                                (one, other) -> one,
                                TreeMap::new)));
        System.out.printf(
                "%nOne message, Java %s: ns, octets allocated%n%-45s",
                Runtime.version().feature(), "");
        table.values().iterator().next().keySet().forEach(size -> System.out.printf("%18d", size));
        System.out.println(" octets");
        table.forEach((name, line) -> {
            System.out.printf("%-45s", name);
            line.values()
                    .forEach(result -> System.out.printf(
                            Locale.ROOT,
                            "%11.2f, %5.1f",
                            result.getPrimaryResult().getScore(),
                            allocated(result)));
            System.out.println();
        });
    }

    /** Bytes for each message, without those that JMH allocates for each round. */
    private static double allocated(RunResult result) {
        double each = result.getSecondaryResults().get(ALLOCATED).getScore();
        double messages = ROUND.convertTo(TimeUnit.NANOSECONDS)
                / result.getPrimaryResult().getScore();
        return each * messages < OF_JMH ? 0 : each;
    }
}
