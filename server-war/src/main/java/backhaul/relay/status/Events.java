package backhaul.relay.status;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the last lines of the relay's own log for its page. Lines that others can provoke at will, with or without a
 * certificate, have places of their own, so they push nothing else out. An agent that connects and disconnects pushes out
 * its own lines before those of others. Any thread.
 */
public final class Events {
    /** The causes of lines. */
    public enum Sort {
        /** The relay and its machine. */
        OWN(40),
        /** Agents, by connecting and disconnecting. */
        AGENTS(20),
        /** Peers that are not let in. */
        OTHERS(10);

        /** The number of lines that are kept. */
        public final int most;

        Sort(int most) {
            this.most = most;
        }
    }

    /**
     * A line of the log.
     *
     * @param number counts up, because two lines can come at the same time
     */
    public record Event(long number, Instant at, Level level, String line) {}

    /** @param whose certificate; null where it does not count */
    private record Entry(Event event, Object whose) {}

    private final Map<Sort, Deque<Entry>> kept = new EnumMap<>(Sort.class); // oldest first; guarded by this
    private long count; // guarded by this

    public Events() {
        for (Sort sort : Sort.values()) {
            kept.put(sort, new ArrayDeque<>());
        }
    }

    public void add(Level level, String line) {
        add(Sort.OWN, null, level, line);
    }

    public synchronized void add(Sort sort, Object whose, Level level, String line) {
        Deque<Entry> entries = kept.get(sort);
        entries.addLast(new Entry(new Event(count++, Instant.now(), level, line), whose));
        if (entries.size() > sort.most) {
            removeOne(entries);
        }
    }

    /** The oldest of whoever has most of them. */
    private static void removeOne(Deque<Entry> entries) {
        Map<Object, Integer> counts = new HashMap<>(); // accepts null, too
        entries.forEach(entry -> counts.merge(entry.whose(), 1, Integer::sum));
        int most = Collections.max(counts.values());
        for (Entry entry : entries) {
            if (counts.get(entry.whose()) == most) {
                entries.remove(entry);
                return;
            }
        }
    }

    /** All that are kept, the latest first. */
    public synchronized List<Event> latest() {
        return kept.values().stream()
                .flatMap(Deque::stream)
                .map(Entry::event)
                .sorted(Comparator.comparing(Event::number).reversed())
                .toList();
    }
}
