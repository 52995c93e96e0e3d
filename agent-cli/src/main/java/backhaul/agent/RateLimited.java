package backhaul.agent;

import java.time.Duration;

/** Repeated trouble as one warning a minute that tells how often. Used by one thread. */
final class RateLimited {
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final RelayLog log;
    private boolean warned;
    private long last; // nanoTime of the last warning
    private long held; // since then

    RateLimited(RelayLog log) {
        this.log = log;
    }

    void warn(String sentence) {
        long now = System.nanoTime();
        if (warned && now - last < QUIET.toNanos()) {
            held++;
            return;
        }
        log.warning(held == 0 ? sentence : sentence + " (and " + held + " times since the last such line)");
        warned = true;
        last = now;
        held = 0;
    }
}
