package backhaul.relay;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The relay's own log. Past tense, who, why and what now; never the content of a message, and nothing per message,
 * since this log may come back to the relay through the host's syslog daemon.
 *
 * <p>On SIGTERM the JDK closes its log handlers while the application is still stopping, so the last lines go to
 * standard output, which the server still takes.
 */
final class RelayLog {
    /** What somebody outside can make the relay say at will; each kind has an allowance of its own. */
    enum Kind {
        /** A peer that has shown no certificate. */
        STRANGER,
        /** A peer whose certificate is known, for better or worse. */
        PEER,
        /** An address that has more connections than it may have. */
        CROWD,
        /** A trouble that the relay has with its machine. */
        OWN,
        /** A mistake in the relay. */
        FAULT
    }

    private static final System.Logger LOGGER = System.getLogger("backhaul.relay");

    /** Lines of one kind that may come at once; afterwards one each interval. */
    private static final int BURST = 20;

    /** Places from which a stack trace is logged; a program that fails in more has said enough. */
    private static final int MOST_FAULTS = 32;

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int burst;
    private final Events events = new Events();
    private final Map<Kind, Allowance> allowances = new EnumMap<>(Kind.class); // guarded by this
    private final Map<Kind, Long> suppressed = new EnumMap<>(Kind.class); // lines since the last; guarded by this
    private final Set<String> faults = new HashSet<>(); // guarded by this
    private volatile boolean stopping;

    RelayLog() {
        this(BURST);
    }

    /** A log that says {@code burst} lines of one kind at once. */
    RelayLog(int burst) {
        this.burst = burst;
    }

    void info(String line) {
        noted(System.Logger.Level.INFO, line);
    }

    void warning(String line) {
        noted(System.Logger.Level.WARNING, line);
    }

    void error(String line) {
        noted(System.Logger.Level.ERROR, line);
    }

    /** A fault of the relay itself: once with its stack trace, then a warning that is rated. */
    void fault(String line, Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        String where = failure.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        if (isNew(where) && !stopping) {
            events.add(System.Logger.Level.ERROR, line + ": " + failure);
            LOGGER.log(System.Logger.Level.ERROR, line, failure);
        } else {
            repeatable(Kind.FAULT, line + ": " + failure);
        }
    }

    private synchronized boolean isNew(String fault) {
        return faults.size() < MOST_FAULTS && faults.add(fault);
    }

    /** A warning that can be provoked at will: a few at once, then one each 10 s with a count. */
    void repeatable(Kind kind, String line) {
        long notSaid;
        synchronized (this) {
            if (!allowances
                    .computeIfAbsent(kind, any -> new Allowance(burst, INTERVAL_NANOS))
                    .take(1)) {
                suppressed.merge(kind, 1L, Long::sum);
                return;
            }
            Long before = suppressed.remove(kind);
            notSaid = before == null ? 0 : before;
        }
        String said = notSaid == 0 ? line : line + " (and " + notSaid + " more of the kind since the last such line)";
        if (kind != Kind.OWN && kind != Kind.FAULT) {
            events.addOfOthers(System.Logger.Level.WARNING, said);
            log(System.Logger.Level.WARNING, said);
        } else {
            warning(said);
        }
    }

    /** The last lines. */
    Events events() {
        return events;
    }

    /** From now on the handlers may be gone. */
    void stopping() {
        stopping = true;
    }

    private void noted(System.Logger.Level level, String line) {
        events.add(level, line);
        log(level, line);
    }

    private void log(System.Logger.Level level, String line) {
        if (stopping) {
            System.out.println(line);
        } else {
            LOGGER.log(level, line);
        }
    }
}
