package backhaul.pki;

import backhaul.transport.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the credentials in use, and replaces them as soon as there is a good new set of files. A bad or half-written set
 * is refused and the old one stays in use: {@link #problem} has the reason.
 *
 * <p>The files are polled, because a certificate can arrive by copying, by renaming or by another link, on any file system. A
 * change is used when two looks in a row see the same, so that files copied one after the other are not judged halfway.
 * One thread at a time calls {@link #look}; the rest any thread.
 */
public final class CredentialsWatch {
    /** From one look to the next. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    /** The same after a look that has seen a change. */
    public static final Duration SETTLING = Duration.ofSeconds(1);

    /** Reads and checks the files. */
    public interface Source {
        /**
         * @param former those that they replace, see {@link Credentials#replace}; null for the first
         * @throws IOException with the fault in its message
         */
        Credentials load(Credentials former) throws IOException;
    }

    /** The result of a look. */
    public enum Change {
        /** The files are unchanged, or are just being written. */
        NONE,
        /** New credentials are in use. */
        TAKEN,
        /** The files cannot be used, see {@link #problem}. */
        REFUSED
    }

    /** Shows that a file was replaced or has changed; both null if it does not exist. */
    private record Stamp(Object key, List<Object> state) {
        static Stamp of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(now.fileKey(), List.of(now.lastModifiedTime(), now.size()));
            } catch (IOException e) {
                return new Stamp(null, List.of());
            }
        }
    }

    private final List<Path> files;
    private final Source source;
    private List<Stamp> judged; // looking thread only
    private List<Stamp> settling; // likewise; seen by the last look, null if it saw no change
    private volatile Credentials current; // written by the looking thread
    private volatile String problem; // likewise

    private CredentialsWatch(List<Path> files, Source source) {
        this.files = List.copyOf(files);
        this.source = source;
    }

    /**
     * Loads the credentials for the first time.
     *
     * @param files the files that {@code source} reads
     * @throws IOException the source's, if they cannot be used: there is no old set to keep
     */
    public static CredentialsWatch open(List<Path> files, Source source) throws IOException {
        CredentialsWatch watch = new CredentialsWatch(files, source);
        watch.judged = watch.stamps();
        watch.current = source.load(null);
        return watch;
    }

    /** The credentials in use. */
    public Credentials current() {
        return current;
    }

    /** The reason why the present files are not in use, a sentence; null if they are. */
    public String problem() {
        return problem;
    }

    /**
     * Looks at the files; call it every {@link #INTERVAL}, or {@link #SETTLING} while {@link #isSettling}. While there is a
     * problem they are read each time: fixing an owner, a mode or the clock does not change a file.
     */
    public Change look() {
        List<Stamp> now = stamps();
        boolean same = now.equals(judged);
        if (same ? problem == null : !now.equals(settling)) {
            settling = same ? null : now;
            return Change.NONE;
        }
        settling = null;
        judged = now;
        try {
            current = source.load(current);
            problem = null;
            return Change.TAKEN;
        } catch (IOException e) {
            return refused(e.getMessage(), same);
        } catch (RuntimeException | Error e) { // after an Error the next look may still succeed
            return refused("the files cannot be used: " + Printable.of(e.toString(), 300), same);
        }
    }

    /** Has the last look seen a change that the next one has to confirm? Looking thread only. */
    public boolean isSettling() {
        return settling != null;
    }

    /** The same sentence about the same files is no news. */
    private Change refused(String why, boolean same) {
        boolean said = same && why.equals(problem);
        problem = why;
        return said ? Change.NONE : Change.REFUSED;
    }

    private List<Stamp> stamps() {
        List<Stamp> stamps = new ArrayList<>(files.size());
        for (Path file : files) {
            stamps.add(Stamp.of(file));
        }
        return stamps;
    }
}
