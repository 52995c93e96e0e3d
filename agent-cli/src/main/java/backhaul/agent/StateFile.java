package backhaul.agent;

import backhaul.transport.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps the state in a small text file. It is replaced as a whole, so that there is always an old one or a new one; its
 * last line marks it as complete. A lock file beside it, which is never replaced, keeps other agents out.
 *
 * <p>Used by the thread that starts the agent, then by the one that saves.
 */
final class StateFile implements Closeable {
    /** The content of the file; relays by their names as configured. */
    record Content(String instance, Map<String, Position.Mark> positions) {}

    /**
     * The result of reading the file.
     *
     * @param content null if nothing could be read, or there is no file
     * @param damage clauses that describe the faults of the file
     */
    record Found(Content content, List<String> damage) {}

    private static final String TITLE =
            "# How far this agent has got. To start without a position, stop the agent and delete this file.";
    private static final String COMPLETE = "complete = yes";
    private static final Pattern INSTANCE = Pattern.compile("instance = (" + Wire.ID + ")");
    private static final Pattern POSITION = Pattern.compile("position (\\S+) = (" + Wire.ID + ") (\\d{1,18})");

    private final Path file;
    private FileChannel lock; // null unless locked

    StateFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Locks the file until {@link #close} or the end of the process; false if another agent has locked it.
     *
     * @throws IOException if it cannot be locked
     */
    boolean lock() throws IOException {
        FileChannel channel = open(sibling(".lock"));
        FileLock locked;
        try {
            locked = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            locked = null; // by an agent of this process
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (locked == null) {
            channel.close();
            return false;
        }
        lock = channel;
        return true;
    }

    /**
     * Reads the file. A damaged line does not affect the others.
     *
     * @throws IOException if the system does not let us read it: its content is unknown
     */
    Found read() throws IOException {
        List<String> lines;
        try {
            lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (NoSuchFileException e) {
            return new Found(null, List.of());
        }
        if (lines.size() < 3 || !lines.get(lines.size() - 1).equals(COMPLETE)) {
            return new Found(null, List.of("it does not end in \"" + COMPLETE + "\""));
        }
        List<String> damage = new ArrayList<>();
        Matcher instance = INSTANCE.matcher(lines.get(1));
        if (!instance.matches()) {
            damage.add("line 2 is not an instance");
        }
        Map<String, Position.Mark> positions = new TreeMap<>();
        for (int i = 2; i < lines.size() - 1; i++) {
            Matcher position = POSITION.matcher(lines.get(i));
            if (position.matches()) {
                positions.put(
                        position.group(1), new Position.Mark(position.group(2), Long.parseLong(position.group(3))));
            } else {
                damage.add("line " + (i + 1) + " is not a position");
            }
        }
        return new Found(new Content(instance.matches() ? instance.group(1) : newInstance(), positions), damage);
    }

    /** A random id of this installation. */
    static String newInstance() {
        return UUID.randomUUID().toString();
    }

    /** Moves a damaged file out of the way, or copies it if part of it is used; returns the new path. */
    Path setAside(boolean copy) throws IOException {
        Path aside = sibling(".damaged");
        return copy
                ? Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING)
                : Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Replaces the file; it is on the disk when this returns. */
    void write(Content content) throws IOException {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        text.append("instance = ").append(content.instance()).append('\n');
        content.positions()
                .forEach((relay, mark) -> text.append("position ")
                        .append(relay)
                        .append(" = ")
                        .append(mark.stream())
                        .append(' ')
                        .append(mark.next())
                        .append('\n'));
        text.append(COMPLETE).append('\n');
        Path fresh = sibling(".new");
        try (FileChannel channel = open(fresh, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Opens a file for writing. The umask does not matter: whoever can change the position can make messages disappear.
     */
    private static FileChannel open(Path path, OpenOption... more) throws IOException {
        Set<OpenOption> options = new HashSet<>(List.of(more));
        options.add(StandardOpenOption.CREATE);
        options.add(StandardOpenOption.WRITE);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? FileChannel.open(
                        path,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(path, options);
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private Path sibling(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
