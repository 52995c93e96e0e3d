package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** A stream of numbered messages that arrives somewhere: counted and compared, but not kept. Any thread. */
final class Sequence implements Consumer<byte[]> {
    private final String stream;
    private int next; // guarded by this
    private long count; // guarded by this
    private String fault = "none"; // guarded by this

    /** Expects {@link Messages#numbered} of this stream. */
    Sequence(String stream) {
        this.stream = stream;
    }

    @Override
    public synchronized void accept(byte[] octets) {
        count++;
        String message = new String(octets, StandardCharsets.UTF_8);
        if (!message.equals(Messages.numbered(stream, next)) && fault.equals("none")) {
            fault = "instead of message " + next + " came: " + message;
        }
        next++;
    }

    synchronized long count() {
        return count;
    }

    private synchronized String fault() {
        return fault;
    }

    /** Waits until the messages 0 to {@code total} are there, each once and in order. */
    void expect(int total, Duration limit) {
        try {
            Wait.until(total + " messages", limit, () -> count() >= total || !fault().equals("none"));
        } catch (RuntimeException e) {
            // The missing messages are reported below.
        }
        assertThat(fault()).as("first fault in the order").isEqualTo("none");
        assertThat(count()).as("messages that have arrived").isEqualTo(total);
    }
}
