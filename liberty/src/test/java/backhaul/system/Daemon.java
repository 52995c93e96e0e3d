package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that runs beside a test: its output is in a file, and it never outlives the tests. */
final class Daemon implements AutoCloseable {
    private static final ProcessBuilder.Redirect NOTHING = ProcessBuilder.Redirect.from(new File("/dev/null"));
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Daemon::kill)));
    }

    private final String name;
    private final Process process;
    private final Path output;

    private Daemon(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** Starts it in {@code directory}; standard output and standard error go to {@code NAME.log} there. */
    static Daemon start(String name, Path directory, Map<String, String> environment, List<String> command) {
        return start(
                name,
                directory,
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(NOTHING),
                environment);
    }

    /** The same with standard error apart, in {@code NAME.err}. */
    static Daemon startApart(String name, Path directory, List<String> command) {
        Path errors = directory.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        return start(name, directory, builder.redirectInput(NOTHING), Map.of());
    }

    /** The same with standard input from {@link #type}. */
    static Daemon startTyped(String name, Path directory, List<String> command) {
        Path errors = directory.resolve(name + ".err");
        return start(name, directory, new ProcessBuilder(command).redirectError(errors.toFile()), Map.of());
    }

    private static Daemon start(String name, Path directory, ProcessBuilder builder, Map<String, String> environment) {
        Path output = directory.resolve(name + ".log");
        builder.directory(directory.toFile()).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            RUNNING.add(process);
            return new Daemon(name, process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its whole output so far. */
    String log() {
        return new String(output(), StandardCharsets.UTF_8);
    }

    /** The same as it was written. */
    byte[] output() {
        try {
            return Files.readAllBytes(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until its output has something like this. */
    void awaitLog(String regex) {
        awaitLog(regex, 0, Wait.SOON);
    }

    /** The same for the log after its first {@code from} characters; returns the whole line. */
    String awaitLog(String regex, int from, Duration limit) {
        Pattern line = Pattern.compile("(?m)^.*(?:" + regex + ").*$");
        try {
            Wait.until(
                    "/" + regex + "/ in the log of " + name,
                    limit,
                    () -> !isAlive() || line.matcher(log()).find(from));
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + "\n" + log(), e);
        }
        String log = log();
        Matcher matcher = line.matcher(log);
        assertThat(matcher.find(from))
                .as("/%s/ in the log of %s, which has ended: %s", regex, name, log)
                .isTrue();
        return matcher.group();
    }

    /** Types this at one that was started for it. */
    void type(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends it a signal by its short name, such as STOP. */
    void signal(String signal) {
        Namespace.run(List.of("kill", "-" + signal, String.valueOf(pid())), "");
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Its exit code, which must come within {@code limit}. */
    int awaitExit(Duration limit) {
        try {
            assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .as("%s ends within %s; it said: %s", name, limit, log())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
        RUNNING.remove(process);
        return process.exitValue();
    }

    @Override
    public void close() {
        kill(process);
        awaitExit(Wait.SOON);
    }
}
