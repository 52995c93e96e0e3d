package backhaul.agent;

import backhaul.transport.Rated;
import backhaul.transport.TokenBucket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Logs the events of one relay: every line begins with its name. Any thread, except where a method says otherwise. */
final class RelayLog {
    private static final Logger LOG = System.getLogger(RelayLog.class.getPackageName());

    private static final Duration QUIET = Duration.ofMinutes(1);

    private final HostPort relay;
    private final List<Rated> rated = new ArrayList<>(); // filled before the relay's loop begins

    RelayLog(HostPort relay) {
        this.relay = relay;
    }

    /** For trouble that repeats on the relay's loop: one warning a minute with a count. */
    Rated rated() {
        Rated of = new Rated(new TokenBucket(1, QUIET.toNanos()), "times", this::warning);
        rated.add(of);
        return of;
    }

    /**
     * Logs the repeated trouble that was held back and is due now; all of it {@code atEnd}. Runs on the relay's loop.
     */
    void settle(boolean atEnd) {
        rated.forEach(atEnd ? Rated::last : Rated::rest);
    }

    void info(String sentence) {
        LOG.log(Level.INFO, relay + ": " + sentence);
    }

    void warning(String sentence) {
        LOG.log(Level.WARNING, relay + ": " + sentence);
    }

    /** A bug in the agent. */
    void error(String sentence, Throwable mistake) {
        LOG.log(Level.ERROR, relay + ": " + sentence, mistake);
    }

    /** {@code Connected to} the relay by this address. */
    void connected(String address, String details) {
        LOG.log(Level.INFO, "Connected to " + relay + " [" + address + "] " + details);
    }
}
