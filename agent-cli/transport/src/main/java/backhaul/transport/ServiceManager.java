package backhaul.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells the service manager that started this program, systemd, that the program is ready and alive, and its state in
 * one line (sd_notify(3)).
 *
 * <p>It runs systemd-notify(1), which takes about 5 ms. Java has no Unix datagram sockets, and a native library for them
 * exists only for some processors and needs a folder that programs may be run from: without them the service could never
 * report that it is ready, and would not start. systemd-notify exists wherever systemd does.
 *
 * <p>Call {@link #turn} in the program's own round, which checks that everything else is alive: if the round hangs, or finds
 * something that hangs, the manager restarts the program. It does not wait; the executor runs systemd-notify. The figures in
 * the line go with the sign of life and cost nothing more.
 */
public final class ServiceManager {
    /** The shortest time between two messages. */
    static final Duration LEAST = Duration.ofSeconds(5);

    /** The time after which a line is sent if only its figures have changed and no sign of life is due before. */
    static final Duration FIGURES = Duration.ofSeconds(30);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long LIMIT_SECONDS = 10;
    private static final int LONGEST = 300; // characters of the line
    private static final String SOCKET = "NOTIFY_SOCKET"; // of the environment
    private static final File NOTHING = new File("/dev/null");

    private final String command;
    private final String socket;
    private final boolean watched; // it wants signs of life
    private final long interval; // ns, after which one is due
    private final long least; // ns
    private final long look; // ns
    private final Consumer<Runnable> executor;
    private final Consumer<String> warning;
    private final LongSupplier clock;

    private final AtomicBoolean underway = new AtomicBoolean();
    private volatile boolean stopping;
    private volatile String toldState; // null before the first; by the executor
    private volatile String toldLine; // likewise
    private volatile long toldAt; // by the clock; likewise
    private boolean failing; // the executor's task only, of which there is one at a time

    // Only by turn.
    private long lookedAt;
    private long begunAt;

    private ServiceManager(
            String command,
            String socket,
            Duration watchdog,
            Consumer<Runnable> executor,
            Consumer<String> warning,
            LongSupplier clock) {
        this.command = command;
        this.socket = socket;
        this.watched = watchdog != null;
        this.interval = watched ? watchdog.toNanos() / 2 : FIGURES.toNanos();
        this.least = Math.min(LEAST.toNanos(), interval / 2);
        this.look = Math.min(LOOK.toNanos(), interval / 4);
        this.executor = executor;
        this.warning = warning;
        this.clock = clock;
        this.lookedAt = clock.getAsLong() - LOOK.toNanos();
        this.begunAt = clock.getAsLong() - LEAST.toNanos();
    }

    /**
     * The manager that has started the process {@code pid} with this environment; null if there is none that wants to be told.
     *
     * @param executor runs systemd-notify, usually for some milliseconds
     * @param warning gets one sentence when the manager cannot be told
     */
    public static ServiceManager of(
            Map<String, String> environment, long pid, Consumer<Runnable> executor, Consumer<String> warning) {
        return of(environment, pid, executor, warning, "systemd-notify", System::nanoTime);
    }

    /** With another command instead of systemd-notify, and another clock, in ns. */
    static ServiceManager of(
            Map<String, String> environment,
            long pid,
            Consumer<Runnable> executor,
            Consumer<String> warning,
            String command,
            LongSupplier clock) {
        String socket = environment.getOrDefault(SOCKET, "");
        return socket.isEmpty()
                ? null
                : new ServiceManager(command, socket, watchdog(environment, pid), executor, warning, clock);
    }

    /** Null if it does not watch this process. */
    private static Duration watchdog(Map<String, String> environment, long pid) {
        String limit = environment.getOrDefault("WATCHDOG_USEC", "");
        String watched = environment.getOrDefault("WATCHDOG_PID", "");
        boolean other = !watched.isEmpty() && !watched.equals(Long.toString(pid));
        return other || !limit.matches("[1-9]\\d{0,14}") ? null : Duration.ofNanos(1_000 * Long.parseLong(limit));
    }

    /**
     * Reports that the program is ready and alive, if that is due. One thread at a time. Call it as often as you like: both
     * texts are asked for once a second at most.
     *
     * @param state its state; a change is sent within some seconds
     * @param line the same with figures, which may be older
     */
    public void turn(Supplier<String> state, Supplier<String> line) {
        long now = clock.getAsLong();
        if (now - lookedAt < look) {
            return;
        }
        lookedAt = now;
        if (stopping || now - begunAt < least) {
            return;
        }
        String standing = state.get();
        if (!isDue(now, standing, line)) {
            return;
        }
        String text = line.get();
        if (!underway.compareAndSet(false, true)) {
            return;
        }
        begunAt = now;
        try {
            executor.accept(() -> tell(standing, text, now));
        } catch (RuntimeException | Error e) {
            underway.set(false);
            throw e;
        }
    }

    private boolean isDue(long now, String state, Supplier<String> line) {
        return !state.equals(toldState)
                || now - toldAt >= interval && (watched || !line.get().equals(toldLine));
    }

    private void tell(String state, String line, long now) {
        try {
            // Each message has everything, so a lost one does no harm.
            run("READY=1", "WATCHDOG=1", "STATUS=" + Printable.of(line, LONGEST));
            toldState = state;
            toldLine = line;
            toldAt = now;
            failing = false;
        } catch (IOException e) {
            if (!failing && !stopping) {
                warning.accept("The service manager cannot be told the state of this program, trying again: "
                        + e.getMessage());
            }
            failing = true;
        } finally {
            underway.set(false);
        }
    }

    /** Reports that the program is about to stop, without waiting. Any thread. */
    public void stopping() {
        stopping = true;
        try {
            start("STOPPING=1", "STATUS=Stopping");
        } catch (IOException e) {
            // It sees that by itself.
        }
    }

    private void run(String... variables) throws IOException {
        Process process = start(variables);
        try (InputStream output = process.getInputStream()) {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command + " did not end within " + LIMIT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                String said = Printable.of(new String(output.readAllBytes(), UTF_8).strip());
                throw new IOException(command + " ended with status " + process.exitValue() + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Its words about a failure fit into a pipe, so it ends without being read. */
    private Process start(String... variables) throws IOException {
        List<String> words = new ArrayList<>(List.of(variables));
        words.add(0, command);
        ProcessBuilder process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(NOTHING)); // not a socket that came from the manager
        process.environment().put(SOCKET, socket);
        return process.start();
    }
}
