package backhaul.relay;

import backhaul.relay.status.DisconnectedAgent;
import backhaul.relay.status.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The ring of one run: in its file, or in memory if there is no file or it cannot be used. */
final class Ring {
    private final Backlog backlog;
    private final RingFile file; // null in memory
    private final String trouble; // null if it is as configured
    private final long receivedBefore;

    private Ring(Backlog backlog, RingFile file, String trouble) {
        this.backlog = backlog;
        this.file = file;
        this.trouble = trouble;
        this.receivedBefore = backlog.about().count().received();
    }

    /**
     * Opens it. A problem with the file does not keep the relay from starting.
     *
     * @throws OutOfMemoryError if it has to be in memory and there is not enough
     */
    static Ring open(Optional<Path> path, int size) {
        if (path.isEmpty()) {
            return new Ring(Backlog.inMemory(size), null, null);
        }
        try {
            RingFile file = RingFile.open(path.get(), size);
            return new Ring(
                    file.backlog(),
                    file,
                    file.isOdd() ? "relay.backlog.file: the ring in " + path.get() + " " + file.origin() : null);
        } catch (IOException e) {
            return new Ring(
                    Backlog.inMemory(size),
                    null,
                    "relay.backlog.file: " + path.get() + " cannot be used: " + RingSpace.reason(e)
                            + ". The ring is kept in memory, so agents lose what waits for them when the relay stops");
        }
    }

    Backlog backlog() {
        return backlog;
    }

    /** Messages of the stream that came from the host before this run. */
    long receivedBefore() {
        return receivedBefore;
    }

    /** Why it is not as it was configured, or what was lost; null if all is well. */
    String trouble() {
        return trouble;
    }

    /** Where it is and what it begins with, for the log. */
    String describe() {
        String what = "Ring of the newest messages: " + Text.size(backlog.size()) + " ";
        return what
                + (file == null ? "in memory, is new" : "in " + file.path() + ", " + file.origin())
                + "; stream " + backlog.stream() + ", next message " + backlog.next();
    }

    /** Closes it before anybody has used it. */
    void abandon() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // It is as it was.
        }
    }

    /** True if it is a file that was truncated. */
    boolean isLost() {
        return file != null && !file.isWhole();
    }

    /**
     * Closes it, and logs which messages are lost with it. Nobody reads or appends any more.
     *
     * @param good whether its memory is good
     * @param away the agents that were not connected at the end; for the others it was logged before
     */
    void close(boolean good, List<DisconnectedAgent> away, RelayLog log) {
        if (file == null || !good) {
            away.forEach(agent -> {
                long left = backlog.next() - agent.next();
                if (left > 0) {
                    log.warning("Not sent: " + Text.messages(left) + " to " + agent.subject() + " " + agent.address()
                            + ", which had disconnected: "
                            + (file == null ? "the ring was in memory, see relay.backlog.file" : "the ring is lost"));
                }
            });
        }
        try {
            if (file != null && good) {
                file.closeCleanly();
            } else if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            log.warning("relay.backlog.file: " + file.path() + " was not closed: " + RingSpace.reason(e)
                    + ". The next start can go on with it unless the machine restarts before");
        }
    }
}
