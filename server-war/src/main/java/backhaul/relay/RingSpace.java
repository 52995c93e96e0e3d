package backhaul.relay;

import backhaul.relay.status.Text;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Calculates the space that a ring takes, in memory or in a file, and explains why it cannot have it. */
public final class RingSpace {
    /** Bytes of the shortest average frame for which the whole ring is used; shorter ones use less of it. */
    private static final int OCTETS_PER_POSITION = 64;

    /** Bytes that stay free beside the ring: others need the file system too. */
    private static final long RESERVE = 8 << 20;

    private RingSpace() {}

    /** Bytes for a ring of {@code size} bytes, at least two of the longest frames. */
    public static int octets(int size) {
        if (size < 2 * Backlog.MAX_FRAME) {
            throw new IllegalArgumentException("backlog of at least " + 2 * Backlog.MAX_FRAME + " octets, was " + size);
        }
        return Math.toIntExact(octets(size, positions(size)));
    }

    /** Bytes for a ring of any size and any number of positions. */
    static long octets(int size, int positions) {
        return RingHeader.OCTETS + (long) positions * Long.BYTES + size;
    }

    /** How many positions a ring of {@code size} bytes has. */
    static int positions(int size) {
        return size / OCTETS_PER_POSITION;
    }

    /** Why a file system with {@code free} bytes has no room for a ring of {@code octets} bytes; null if it has. */
    public static String tooLittle(long octets, long free) {
        return free >= octets + RESERVE
                ? null
                : "it needs " + Text.size(octets) + ", and its file system has " + Text.size(free) + " free, of which "
                        + Text.size(RESERVE)
                        + " must stay free: make relay.backlog.size smaller, or choose another place";
    }

    /** Why the file of a ring cannot be used, in words; the JDK's own begin with the file's name. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "the user " + System.getProperty("user.name") + " may not write it or its folder";
        }
        if (e instanceof NoSuchFileException) {
            return "its folder does not exist";
        }
        return e instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : String.valueOf(e.getMessage());
    }
}
