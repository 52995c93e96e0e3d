package backhaul.agent;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Repeated trouble as one warning a minute that tells how often. The last one is kept until it may be said, so that each is
 * said or counted. Used by one thread.
 */
final class RateLimited {
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Consumer<String> log;
    private final LongSupplier clock;
    private boolean warned;
    private long last; // nanoTime of the last warning
    private String held; // the last sentence, while it is not said; else null
    private long more; // that were not said before that one

    /** Made by {@link RelayLog#rateLimited}, which knows when to {@link #settle} it. */
    RateLimited(Consumer<String> log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    void warn(String sentence) {
        if (isQuiet()) {
            more += held == null ? 0 : 1;
            held = sentence;
        } else {
            say(sentence, held == null ? 0 : more + 1);
        }
    }

    /** Says what is held back if it may be said now; {@code atEnd} in any case. */
    void settle(boolean atEnd) {
        if (held != null && (atEnd || !isQuiet())) {
            say(held, more);
        }
    }

    private boolean isQuiet() {
        return warned && clock.getAsLong() - last < QUIET.toNanos();
    }

    private void say(String sentence, long notSaid) {
        log.accept(notSaid == 0 ? sentence : sentence + " (and " + notSaid + " times since the last such line)");
        warned = true;
        last = clock.getAsLong();
        held = null;
        more = 0;
    }
}
