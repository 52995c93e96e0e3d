package backhaul.agent;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * What this agent has to say to the reader of the log that stands for nothing in any relay's stream. Each is said once,
 * by the loop that comes by first. Any thread adds; the relays' loops tell.
 */
final class PendingNotices {
    /** MSGID and text. */
    private record Entry(String id, String text) {}

    private final Deque<Entry> waiting = new ConcurrentLinkedDeque<>();

    void add(String id, String text) {
        waiting.add(new Entry(id, text));
    }

    /** Hands over what is waiting; what the collector does not take goes on waiting. Runs on that relay's loop. */
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
