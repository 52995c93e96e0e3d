package backhaul.agent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the data that outlives connections, and with a file the process: this installation's id and its position at
 * each relay. A file that is damaged or cannot be written is reported and never stops the agent. A file that the agent
 * has no permission to read does: it may be intact, and its content is worth more than a start without it.
 *
 * <p>DESIGN. The relays' loops move the positions. While they move, a thread of its own checks them once a second, or
 * when {@link #saveSoon} was called, and writes the file if something has changed. So a slow or full disk holds up no
 * loop. The last write is in {@link #stop}, after the loops have ended.
 *
 * <p>The thread sleeps when two looks in a row have found nothing. Before the second it sets {@code dozing}, and a loop
 * that pauses after a move wakes it if that is set. A move that came too early to see {@code dozing} is a second old by
 * the second look, which therefore sees the move.
 */
final class State {
    private static final Logger LOG = System.getLogger(State.class.getPackageName());

    /** Messages of this time come twice after the agent was killed. */
    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(1);

    private final StateFile file; // null for none
    private final long back; // number of messages wanted from before the first stream's begin
    private final String instance;
    private final Map<String, Position.Mark> loaded; // positions of relays no longer configured are kept unchanged
    private final Map<String, Position> positions = new TreeMap<>(); // complete before the threads start
    private final Thread saving = new Thread(this::save, "state");

    private boolean wanted; // guarded by this; do not wait for the next second
    private volatile boolean dozing; // set by the saving thread, cleared under this: nothing seems to move
    private boolean stopped; // guarded by this

    // Saving thread only.
    private StateFile.Content saved; // null if nothing was
    private boolean failing;

    /** @param whole the file has exactly that content */
    private State(StateFile file, StateFile.Content content, boolean whole, long back) {
        this.file = file;
        this.back = back;
        this.instance = content == null ? StateFile.newInstance() : content.instance();
        this.loaded = content == null ? Map.of() : content.positions();
        this.saved = whole ? content : null;
        saving.setDaemon(true);
    }

    /** State that ends with the process. */
    static State inMemory() {
        return beginningBefore(0);
    }

    /** The same for an agent that begins this many messages before the next one. */
    static State beginningBefore(long messages) {
        return new State(null, null, false, messages);
    }

    /** State that is kept in a file, or in memory if {@code path} is null. */
    static State open(Path path) throws ConfigException {
        if (path == null) {
            return inMemory();
        }
        StateFile file = new StateFile(path);
        try {
            if (!file.lock()) {
                throw new ConfigException(List.of(Setting.STATE.key() + " names a file that another agent is using: "
                        + file + "; give each agent one of its own"));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The state file " + file + " cannot be locked (" + e + ")");
        }
        StateFile.Found found = read(file);
        if (!found.damage().isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "The state file " + file + " is damaged (" + String.join(", ", found.damage()) + "): "
                            + setAside(file, found.content() != null) + "; "
                            + (found.content() == null
                                    ? "starting without a position, messages that the relays received since the last run are not fetched"
                                    : "its other lines are used, messages that a relay without one received since"
                                            + " the last run are not fetched"));
        }
        return new State(file, found.content(), found.damage().isEmpty(), 0);
    }

    private static StateFile.Found read(StateFile file) throws ConfigException {
        try {
            return file.read();
        } catch (IOException e) {
            closeQuietly(file);
            throw new ConfigException(
                    List.of(
                            Setting.STATE.key() + " names a file that the user "
                                    + System.getProperty("user.name") + " cannot read: " + file + " (" + reason(e)
                                    + "); nothing was changed: let this user read and write it, or move it away to start without a position"));
        }
    }

    /** The JDK's exceptions for a file have its name as message, and show the reason only by their class. */
    private static String reason(IOException e) {
        return e instanceof AccessDeniedException
                ? "permission denied"
                : e instanceof FileSystemException failure && failure.getReason() != null
                        ? failure.getReason()
                        : String.valueOf(e.getMessage());
    }

    private static String setAside(StateFile file, boolean used) {
        try {
            return (used ? "copied to " : "set aside as ") + file.setAside(used).getFileName();
        } catch (IOException e) {
            return "it cannot be set aside either (" + e + ")";
        }
    }

    /** Random id of this installation. */
    String instance() {
        return instance;
    }

    /** The position at this relay; call this before {@link #start}. */
    Position position(HostPort relay) {
        return positions.computeIfAbsent(relay.toString(), name -> new Position(loaded.get(name), back, this::moved));
    }

    void start() {
        if (file != null) {
            saving.start();
        }
    }

    /** The thread that saves. */
    Thread saving() {
        return saving;
    }

    /** Saves the positions now rather than within a second. Any thread; does not wait. */
    synchronized void saveSoon() {
        wanted = true;
        dozing = false;
        notifyAll();
    }

    /** A position has moved: it is saved within a second. Any loop; waits for nothing. */
    private void moved() {
        if (dozing) {
            synchronized (this) {
                dozing = false;
                notifyAll();
            }
        }
    }

    /** Saves the positions for the last time, and waits for it no longer than {@code limit}. */
    void stop(Duration limit) {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        try {
            saving.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void save() {
        boolean asleep = false;
        boolean last;
        do {
            last = awaitNext(asleep);
            boolean dozed = dozing;
            boolean changed = saveChanges();
            if (changed || !dozed) {
                dozing = !changed; // else a loop may have cleared it meanwhile
            }
            asleep = dozed && !changed;
        } while (!last);
        closeQuietly(file);
    }

    private static void closeQuietly(StateFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // The lock ends with the process.
        }
    }

    /** Waits for the next look, {@code asleep} until something has moved; true if it is the last. */
    private synchronized boolean awaitNext(boolean asleep) {
        try {
            while (asleep && dozing && !stopped && !wanted) {
                wait();
            }
            long begin = System.nanoTime();
            long left = SAVE_INTERVAL.toMillis();
            while (!stopped && !wanted && left > 0) {
                wait(left);
                left = SAVE_INTERVAL.toMillis() - (System.nanoTime() - begin) / 1_000_000;
            }
        } catch (InterruptedException e) {
            return true;
        }
        if (wanted) {
            dozing = false; // the next look follows at once, and so proves nothing
        }
        wanted = false;
        return stopped;
    }

    /** False if there is nothing to write. */
    private boolean saveChanges() {
        Map<String, Position.Mark> marks = new TreeMap<>(loaded);
        positions.forEach((relay, position) -> {
            Position.Mark mark = position.safe();
            if (mark != null) {
                marks.put(relay, mark);
            }
        });
        StateFile.Content content = new StateFile.Content(instance, marks);
        if (content.equals(saved)) {
            return false;
        }
        try {
            file.write(content);
            saved = content;
            if (failing) {
                LOG.log(Level.INFO, "The state file " + file + " can be written again");
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.log(
                        Level.WARNING,
                        "The state file " + file + " cannot be written (" + e
                                + "): trying again every second; until then a restart of the agent repeats messages");
            }
            failing = true;
        }
        return true;
    }
}
