package backhaul.agent;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** What is told about one relay: every line begins with it. Any thread, except where a method says otherwise. */
final class RelayLog {
    private static final Logger LOG = System.getLogger(RelayLog.class.getPackageName());

    private final HostPort relay;
    private final List<RateLimited> rateLimited = new ArrayList<>(); // filled before the relay's loop begins

    RelayLog(HostPort relay) {
        this.relay = relay;
    }

    /** For trouble that repeats itself on the relay's loop. */
    RateLimited rateLimited() {
        RateLimited of = new RateLimited(this::warning, System::nanoTime);
        rateLimited.add(of);
        return of;
    }

    /** Says what was held back of repeated trouble and may be said now; {@code atEnd} in any case. Runs on the relay's loop. */
    void settle(boolean atEnd) {
        rateLimited.forEach(of -> of.settle(atEnd));
    }

    void info(String sentence) {
        LOG.log(Level.INFO, relay + ": " + sentence);
    }

    void warning(String sentence) {
        LOG.log(Level.WARNING, relay + ": " + sentence);
    }

    /** A mistake of ours. */
    void error(String sentence, Throwable mistake) {
        LOG.log(Level.ERROR, relay + ": " + sentence, mistake);
    }

    /** {@code Connected to} the relay by this address. */
    void connected(String address, String details) {
        LOG.log(Level.INFO, "Connected to " + relay + " [" + address + "] " + details);
    }
}
