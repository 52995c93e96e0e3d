package backhaul.relay.status;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts connections: accepted, let in, and refused, by reason. Any thread. */
public final class ConnectionCounters {
    /** The reason why a connection did not become an agent's. */
    public enum Refusal {
        TLS("no TLS 1.3, or no certificate that we trust"),
        /** The certificate is valid, but not let in: issuer, allow-list, revoked. Or its first line was wrong. */
        POLICY("a certificate that is not let in, or a wrong HELLO"),
        TIMEOUT("not finished within relay.handshake-timeout"),
        MAX_HANDSHAKES("relay.max-handshakes were in progress"),
        MAX_PER_ADDRESS("its address had relay.max-per-address connections"),
        MAX_PER_CERTIFICATE("its certificate had relay.max-per-certificate agents"),
        /** relay.max-agents were connected, or the relay was stopping. */
        MAX_AGENTS("relay.max-agents were connected"),
        HEAP("the heap had no room for another agent");

        private final String words;

        Refusal(String words) {
            this.words = words;
        }

        /** For people. */
        String words() {
            return words;
        }

        /** As a label: {@code max_agents}. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong admitted = new AtomicLong();
    private final Map<Refusal, AtomicLong> refused = new EnumMap<>(Refusal.class); // the map itself never changes

    public ConnectionCounters() {
        for (Refusal why : Refusal.values()) {
            refused.put(why, new AtomicLong());
        }
    }

    /** Somebody has connected by TCP. */
    public void accepted() {
        accepted.incrementAndGet();
    }

    /** It became an agent's. */
    public void admitted() {
        admitted.incrementAndGet();
    }

    public void refused(Refusal why) {
        refused.get(why).incrementAndGet();
    }

    /**
     * As of now.
     *
     * @param underway handshakes in progress
     */
    public record Count(long accepted, long admitted, long underway, Map<Refusal, Long> refused) {}

    public Count count(long underway) {
        Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);
        refused.forEach((why, count) -> counts.put(why, count.get()));
        return new Count(accepted.get(), admitted.get(), underway, counts);
    }
}
