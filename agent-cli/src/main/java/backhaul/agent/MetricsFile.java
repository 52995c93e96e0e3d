package backhaul.agent;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the counters to a file, every 15 s and within a second of a connection's beginning or end. The file is
 * replaced as a whole and everybody may read it. A file that cannot be written is reported and never stops the agent.
 *
 * <p>Runs on its own thread; the stopping thread calls {@link #write} once more.
 */
final class MetricsFile implements Runnable {
    private static final Logger LOG = System.getLogger(MetricsFile.class.getPackageName());

    /** At least as often as Prometheus asks by default. */
    static final Duration INTERVAL = Duration.ofSeconds(15);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Path file;
    private final String version;
    private final List<RelayCounters> relays;
    private final CredentialsWatch credentials;
    private final StopSignal stop;
    private final Instant started = Instant.now();

    private long written = System.nanoTime() - INTERVAL.toNanos(); // own thread only; nanoTime
    private List<Object> state = List.of(); // own thread only; as it was written
    private boolean failing; // guarded by this

    MetricsFile(Path file, String version, List<RelayCounters> relays, CredentialsWatch credentials, StopSignal stop) {
        this.file = file.toAbsolutePath();
        this.version = version;
        this.relays = List.copyOf(relays);
        this.credentials = credentials;
        this.stop = stop;
    }

    @Override
    public void run() {
        while (!stop.await(LOOK)) {
            List<Object> now = state();
            if (!now.equals(state) || System.nanoTime() - written >= INTERVAL.toNanos()) {
                state = now;
                written = System.nanoTime();
                write();
            }
        }
    }

    /** Writes it now. */
    synchronized void write() {
        Credentials own = credentials.current();
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, MetricsText.of(version, started, relays, own));
            if (Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            if (failing) {
                LOG.log(Level.INFO, "The metrics file " + file + " can be written again");
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.log(Level.WARNING, "The metrics file " + file + " cannot be written (" + e + ")");
            }
            failing = true;
        }
    }

    /** The values whose change is worth writing at once. */
    private List<Object> state() {
        List<Object> now = new ArrayList<>(List.of(credentials.current()));
        for (RelayCounters relay : relays) {
            Instant since = relay.connectedSince();
            now.add(since == null ? Instant.MIN : since);
            now.add(relay.isCollectorAway());
        }
        return now;
    }
}
