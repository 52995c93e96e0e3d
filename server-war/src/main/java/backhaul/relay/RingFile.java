package backhaul.relay;

import backhaul.relay.status.Text;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A ring in a mapped file, so that it outlives the process: the next run of the relay continues it. One relay at a
 * time: the file is locked as long as it is open.
 *
 * <p>DESIGN. Within one boot of the machine the mapping needs no care: everything that a process has stored is in the
 * file's pages, however the process ended, and {@link Backlog} explains why that is whole. After another boot the file
 * is trusted only if it was closed, which writes all of it to the disk and then a mark. A file that cannot be continued
 * is moved out of the way. A new one is made beside its place, with written zeros (so that a full file system is an
 * error now and not a signal later), and gets its name when it is complete: a kill never leaves half a ring.
 */
final class RingFile implements Closeable {
    private static final int ZEROS = 1 << 20;
    private static final FileAttribute<?> OURS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileChannel channel; // holds the lock
    private final MappedByteBuffer memory;
    private final Backlog backlog;
    private final String origin;
    private final boolean odd;

    private RingFile(
            Path path, FileChannel channel, MappedByteBuffer memory, Backlog backlog, String origin, boolean odd) {
        this.path = path;
        this.channel = channel;
        this.memory = memory;
        this.backlog = backlog;
        this.origin = origin;
        this.odd = odd;
    }

    /**
     * Continues the ring in the file, or makes one there.
     *
     * @param size bytes of messages; an earlier ring of another size is copied into one of this size
     * @throws IOException with the reason why there can be no ring there, without the file's name
     */
    static RingFile open(Path path, int size) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(channel);
                return open(path, channel, size);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            return make(path, size, null, "is new", false);
        }
    }

    private static RingFile open(Path path, FileChannel channel, int size) throws IOException {
        ByteBuffer header = ByteBuffer.allocateDirect(RingHeader.OCTETS);
        String problem = channel.read(header, 0) < RingHeader.OCTETS
                ? "it has " + channel.size() + " bytes"
                : new RingHeader(header.clear()).problem(channel.size());
        if (problem != null) {
            return replace(path, channel, size, problem);
        }
        MappedByteBuffer memory = map(channel);
        Backlog ring = new Backlog(memory);
        problem = ring.damage();
        return problem != null
                ? replace(path, channel, size, problem)
                : ring.size() == size
                        ? goOn(path, channel, memory, ring, "", false)
                        : resize(path, channel, memory, ring, size);
    }

    private static RingFile goOn(
            Path path, FileChannel channel, MappedByteBuffer memory, Backlog ring, String but, boolean odd) {
        ring.about().opened();
        memory.force(0, RingHeader.OCTETS);
        return new RingFile(path, channel, memory, ring, "continues with " + held(ring) + but, odd);
    }

    private static String held(Backlog ring) {
        return Text.messages(ring.next() - ring.oldest()) + " of an earlier run";
    }

    private static RingFile resize(Path path, FileChannel channel, MappedByteBuffer memory, Backlog earlier, int size) {
        try {
            RingFile made = make(path, size, earlier, "continues with " + held(earlier), false);
            channel.close();
            return made;
        } catch (IOException e) {
            String but = ", and with their " + Text.size(earlier.size()) + " instead of relay.backlog.size: "
                    + RingSpace.reason(e);
            return goOn(path, channel, memory, earlier, but, true);
        }
    }

    /** Keeps the file that cannot be continued for somebody who looks for the reason, unless its space is needed. */
    private static RingFile replace(Path path, FileChannel channel, int size, String problem) throws IOException {
        Path unusable = path.resolveSibling(path.getFileName() + ".unusable");
        Files.move(path, unusable, StandardCopyOption.REPLACE_EXISTING);
        channel.close();
        String origin = "is new, since the one that was there cannot be continued: " + problem
                + ". Agents lose what that one held for them; the file is now " + unusable;
        try {
            return make(path, size, null, origin, true);
        } catch (IOException e) {
            Files.delete(unusable);
            return make(path, size, null, origin + ", deleted since its room was needed", true);
        }
    }

    /** @param earlier the ring that it continues, or null; it stays unchanged until the new one is complete */
    private static RingFile make(Path path, int size, Backlog earlier, String origin, boolean odd) throws IOException {
        Path making = path.resolveSibling(path.getFileName() + ".new");
        FileChannel channel = FileChannel.open(
                making,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                OURS_ALONE);
        try {
            lock(channel);
            fill(channel, making, RingSpace.octets(size));
            MappedByteBuffer memory = map(channel);
            Backlog backlog = Backlog.make(memory, size);
            if (earlier != null) {
                backlog.continueFrom(earlier);
            }
            backlog.about().opened();
            Files.move(making, path, StandardCopyOption.ATOMIC_MOVE);
            return new RingFile(path, channel, memory, backlog, origin, odd);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static void fill(FileChannel channel, Path file, int octets) throws IOException {
        channel.truncate(0);
        String tooLittle = RingSpace.tooLittle(octets, Files.getFileStore(file).getUsableSpace());
        if (tooLittle != null) {
            Files.delete(file);
            throw new IOException(tooLittle);
        }
        try {
            ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
            while (channel.position() < octets) {
                channel.write(zeros.clear().limit((int) Math.min(ZEROS, octets - channel.position())));
            }
        } catch (IOException e) {
            Files.delete(file);
            throw e;
        }
    }

    private static MappedByteBuffer map(FileChannel channel) throws IOException {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
    }

    private static void lock(FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // This process has the lock: an application beside this one, or an earlier run of it that has not ended.
        }
        throw new IOException("another relay that is running uses it");
    }

    Backlog backlog() {
        return backlog;
    }

    Path path() {
        return path;
    }

    /** What happened to an earlier ring: "is new", "continues with ...". */
    String origin() {
        return origin;
    }

    /** True if that is not as it was configured, or something was lost: somebody should know. */
    boolean isOdd() {
        return odd;
    }

    /** False if somebody has truncated the file: access to the missing part is an {@link InternalError} then. */
    boolean isWhole() {
        try {
            return channel.size() >= memory.capacity();
        } catch (IOException e) {
            return false;
        }
    }

    /** Releases the file as a kill would: only this boot of the machine may continue the ring. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    /**
     * Writes everything to the disk and marks it, so that any later boot may continue the ring. Nobody may append any
     * more.
     *
     * @throws IOException if it cannot be written to the disk: this boot of the machine may still continue the ring
     */
    void closeCleanly() throws IOException {
        try (channel) {
            memory.force();
            backlog.about().closed();
            memory.force(0, RingHeader.OCTETS);
        } catch (InternalError | UncheckedIOException e) {
            throw new IOException("its mapping has gone bad: " + e.getMessage(), e);
        }
    }
}
