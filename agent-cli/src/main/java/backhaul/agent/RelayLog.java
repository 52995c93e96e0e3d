package backhaul.agent;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What is told about one relay: every line begins with it. Any thread. */
final class RelayLog {
    private static final Logger LOG = System.getLogger(RelayLog.class.getPackageName());

    private final HostPort relay;

    RelayLog(HostPort relay) {
        this.relay = relay;
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
