import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that is measured, by what Linux counts for it. It never outlives the benchmark. */
final class Proc implements AutoCloseable {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux of our platforms
    private static final int LIMIT = 120; // s

    /** Is each program to be read from the disk when it is started? */
    static boolean cold;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Proc::kill)));
    }

    final String name;
    final Path log;
    private final Process process;
    private final long begun = System.nanoTime();

    private Proc(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Proc start(String name, Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = Files.createDirectories(directory).resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        if (cold && !dropCaches()) {
            throw new IOException("cannot drop the page cache");
        }
        Process process = builder.start();
        RUNNING.add(process);
        return new Proc(name, process, log);
    }

    /** Has the kernel forget the files that it has read. Only root may, and not in every container. */
    static boolean dropCaches() {
        try {
            new ProcessBuilder("sync").start().waitFor();
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
            return true;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Waits for it, and returns the seconds since its start. */
    double await(String what, BooleanSupplier condition) throws IOException, InterruptedException {
        long limit = begun + TimeUnit.SECONDS.toNanos(LIMIT);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > limit) {
                throw new IOException(name + (process.isAlive() ? " was not " : " ended and never was ") + what + ": "
                        + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    boolean says(String text) {
        try {
            return Files.readString(log).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    /** The number behind this word in its log; 0 if it did not say. */
    double said(String word) throws IOException {
        Matcher number = Pattern.compile("\\b" + word + " ([0-9.]+)").matcher(Files.readString(log));
        return number.find() ? Double.parseDouble(number.group(1)) : 0;
    }

    /** Seconds of processor time since its start, in steps of 10 ms. */
    double cpu() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Peak of its resident memory, MB. */
    double peakMemory() throws IOException {
        return megabytes("VmHWM:");
    }

    /** Its resident memory now, MB. */
    double memory() throws IOException {
        return megabytes("VmRSS:");
    }

    private double megabytes(String field) throws IOException {
        for (String line : Files.readAllLines(proc("status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
            }
        }
        throw new IOException(name + " has no " + field);
    }

    private Path proc(String file) {
        return Path.of("/proc", String.valueOf(process.pid()), file);
    }

    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** SIGTERM; after 10 s, SIGKILL. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill(process);
                process.waitFor();
            }
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(process);
    }
}
