package backhaul.relay.status;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** How many connections came, and how many of them were let in or turned away, and why. Any thread. */
public final class ConnectionCounters {
    /** Why a connection did not become an agent's. */
    public enum Refusal {
        TLS("no TLS 1.3, or no certificate that we trust"),
        /** The certificate is good, but not for being let in: issuer, allow-list, revoked. Or its first line was wrong. */
        POLICY("a certificate that is not let in, or a wrong HELLO"),
        TIMEOUT("not done within relay.handshake-timeout"),
        MAX_HANDSHAKES("relay.max-handshakes were under way"),
        MAX_PER_ADDRESS("its address had relay.max-per-address"),
        MAX_PER_CERTIFICATE("its certificate had relay.max-per-certificate"),
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
    private final Map<Refusal, AtomicLong> refused = new EnumMap<>(Refusal.class); // itself never changed

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
     * @param underway handshakes
     */
    public record Count(long accepted, long admitted, long underway, Map<Refusal, Long> refused) {}

    public Count count(long underway) {
        Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);
        refused.forEach((why, count) -> counts.put(why, count.get()));
        return new Count(accepted.get(), admitted.get(), underway, counts);
    }
}
