package backhaul.pki;

import backhaul.transport.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * The credentials in use, and a good new set of files in their place as soon as there is one. A bad or half-written set
 * is refused, and the old one stays in use: {@link #problem} says why.
 *
 * <p>The files are looked at rather than waited for: a certificate comes by copying, by renaming or by another link, on any file
 * system. A change is taken up when two looks in a row see the same, so that files copied one after the other are not judged
 * half-way. {@link #look} is called by one thread at a time; the rest any thread.
 */
public final class CredentialsWatch {
    /** Reads and checks the files. */
    public interface Source {
        /**
         * @param former those whose place they take, see {@link Credentials#replace}; null for the first
         * @throws IOException saying what is wrong
         */
        Credentials load(Credentials former) throws IOException;
    }

    /** What a look has found. */
    public enum Change {
        /** The files are as they were, or are just being written. */
        NONE,
        /** New credentials are in use. */
        TAKEN,
        /** The files are no good, see {@link #problem}. */
        REFUSED
    }

    /** What tells that a file is another or has changed; both null if it is not there. */
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
     * @param files those that {@code source} reads
     * @throws IOException as the source's, if they are no good; there is no old set to stay with
     */
    public static CredentialsWatch open(List<Path> files, Source source) throws IOException {
        CredentialsWatch watch = new CredentialsWatch(files, source);
        watch.judged = watch.stamps();
        watch.current = source.load(null);
        return watch;
    }

    /** Those in use. */
    public Credentials current() {
        return current;
    }

    /** Why the files as they are now are not in use, a sentence; null if they are. */
    public String problem() {
        return problem;
    }

    /**
     * Looks at the files; to be called every second or so. While there is a problem they are read each time: an owner or a
     * mode that is put right changes no file, and neither does a clock.
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
        } catch (RuntimeException | Error e) { // with the latter it may still be read at the next look
            return refused("the files cannot be used: " + Printable.of(e.toString(), 300), same);
        }
    }

    /** The same words about the same files are no news. */
    private Change refused(String why, boolean same) {
        boolean said = same && why.equals(problem);
        problem = why;
        return said ? Change.NONE : Change.REFUSED;
    }

    private List<Stamp> stamps() {
        return files.stream().map(Stamp::of).toList();
    }
}
