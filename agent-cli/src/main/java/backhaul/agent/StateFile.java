package backhaul.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state as a small text file. It is replaced as a whole, so that whatever happens there is an old one or a new one;
 * its last line tells that it is complete. A lock file beside it, never replaced, keeps other agents off.
 *
 * <p>Used by the thread that starts the agent, then by the one that saves.
 */
final class StateFile implements Closeable {
    /** What the file holds; relays by their names as configured. */
    record Content(String instance, Map<String, Position.Mark> positions) {}

    private static final String TITLE =
            "# Where this agent has got to. To begin anew: stop the agent, delete this file.";
    private static final String COMPLETE = "complete = yes";
    private static final String ID = "[A-Za-z0-9-]{1,64}";
    private static final Pattern INSTANCE = Pattern.compile("instance = (" + ID + ")");
    private static final Pattern POSITION = Pattern.compile("position (\\S+) = (" + ID + ") (\\d{1,18})");

    private final Path file;
    private FileChannel lock; // null unless locked

    StateFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Locks the file until {@link #close} or the end of the process; false if another agent has it.
     *
     * @throws IOException if there is no way to lock it
     */
    boolean lock() throws IOException {
        FileChannel channel = FileChannel.open(sibling(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
     * Reads the file; null if there is none.
     *
     * @throws IOException with a clause that says what is wrong with it
     */
    Content read() throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return null;
        }
        if (lines.size() < 3 || !lines.get(lines.size() - 1).equals(COMPLETE)) {
            throw new IOException("it does not end in \"" + COMPLETE + "\"");
        }
        Matcher instance = INSTANCE.matcher(lines.get(1));
        if (!instance.matches()) {
            throw new IOException("line 2 is not an instance");
        }
        Map<String, Position.Mark> positions = new TreeMap<>();
        for (int i = 2; i < lines.size() - 1; i++) {
            Matcher position = POSITION.matcher(lines.get(i));
            if (!position.matches()) {
                throw new IOException("line " + (i + 1) + " is not a position");
            }
            positions.put(position.group(1), new Position.Mark(position.group(2), Long.parseLong(position.group(3))));
        }
        return new Content(instance.group(1), positions);
    }

    /** Moves what could not be read out of the way; says where to. */
    Path setAside() throws IOException {
        return Files.move(file, sibling(".damaged"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Replaces the file; when this returns, it is on the disk. */
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
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
