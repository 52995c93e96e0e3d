package backhaul.relay;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * The last lines of the relay's own log, for whoever looks at its page. What others can provoke at will, with or without
 * a certificate, has a place of its own, so that it pushes nothing else out. Any thread.
 */
final class Events {
    /** Lines kept of each sort. */
    static final int MOST_OWN = 40;

    static final int MOST_OF_OTHERS = 10;

    /**
     * A line of the log.
     *
     * @param number counts up, since two may come at the same time
     */
    record Event(long number, Instant at, Level level, String line) {}

    private final Deque<Event> own = new ArrayDeque<>(); // oldest first; guarded by this
    private final Deque<Event> ofOthers = new ArrayDeque<>(); // likewise
    private long count; // guarded by this

    void add(Level level, String line) {
        add(own, MOST_OWN, level, line);
    }

    void addOfOthers(Level level, String line) {
        add(ofOthers, MOST_OF_OTHERS, level, line);
    }

    private synchronized void add(Deque<Event> events, int most, Level level, String line) {
        events.addLast(new Event(count++, Instant.now(), level, line));
        if (events.size() > most) {
            events.removeFirst();
        }
    }

    /** All that are kept, the latest first. */
    synchronized List<Event> latest() {
        return Stream.concat(own.stream(), ofOthers.stream())
                .sorted(Comparator.comparing(Event::number).reversed())
                .toList();
    }
}
