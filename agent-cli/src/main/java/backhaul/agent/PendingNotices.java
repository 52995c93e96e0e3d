package backhaul.agent;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Keeps the agent's notices for the log that stand for nothing in any relay's stream. Each is reported once, by the
 * first loop that gets to it. Any thread adds; the relays' loops tell.
 */
final class PendingNotices {
    /** MSGID and text. */
    private record Entry(String id, String text) {}

    private final Deque<Entry> waiting = new ConcurrentLinkedDeque<>();

    void add(String id, String text) {
        waiting.add(new Entry(id, text));
    }

    /**
     * Hands over the waiting notices; those that the collector does not take keep waiting. Runs on that relay's loop.
     */
    void tell(Handover handover) throws CollectorAwayException {
        Entry entry;
        while ((entry = waiting.poll()) != null) {
            try {
                handover.tellBeside(entry.id(), entry.text());
            } catch (CollectorAwayException e) {
                waiting.addFirst(entry);
                throw e;
            }
        }
    }
}
