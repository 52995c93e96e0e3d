package backhaul.relay;

import backhaul.relay.status.Events;
import backhaul.transport.Rated;
import backhaul.transport.TokenBucket;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Writes the relay's own log. Past tense, who, why and what now; never the content of a message, and nothing per
 * message, because this log may come back to the relay through the host's syslog daemon.
 *
 * <p>On SIGTERM the JDK closes its log handlers while the application is still stopping, so the last lines go to
 * standard output, which the server still takes.
 */
final class RelayLog {
    /** The lines that somebody outside can provoke at will; each kind has its own allowance. */
    enum Kind {
        /** A peer that has shown no certificate. */
        STRANGER(System.Logger.Level.WARNING, Events.Sort.OTHERS),
        /** A peer that has shown an invalid certificate: its name can be anything. */
        PEER(System.Logger.Level.WARNING, Events.Sort.OTHERS),
        /** A peer with a good certificate that is not let in; an allowance for each certificate. */
        REFUSED(System.Logger.Level.WARNING, Events.Sort.OTHERS),
        /** An agent that comes and goes; an allowance for each certificate. */
        AGENT(System.Logger.Level.INFO, Events.Sort.AGENTS),
        /** An address that has more connections than allowed. */
        CROWD(System.Logger.Level.WARNING, Events.Sort.OTHERS),
        /** A problem that the relay has with its machine. */
        OWN(System.Logger.Level.WARNING, Events.Sort.OWN),
        /** A mistake in the relay. */
        FAULT(System.Logger.Level.WARNING, Events.Sort.OWN);

        private final System.Logger.Level level;
        private final Events.Sort sort;

        Kind(System.Logger.Level level, Events.Sort sort) {
            this.level = level;
            this.sort = sort;
        }
    }

    /**
     * The owner of the allowance that a line uses.
     *
     * @param certificate null if the kind has one for all
     */
    private record Source(Kind kind, X509Certificate certificate) {}

    private static final System.Logger LOGGER = System.getLogger("backhaul.relay");

    /** Lines of one kind that may come at once; afterwards one per interval. */
    private static final int BURST = 20;

    /** Places from which a stack trace is logged; a program that fails in more has logged enough. */
    private static final int MOST_FAULTS = 32;

    /** Certificates whose allowance is remembered. */
    private static final int MOST_SOURCES = 1024;

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int burst;
    private final long interval; // ns
    private final Events events = new Events();
    private final Map<Source, Rated> rated =
            new LinkedHashMap<>(16, 0.75f, true); // longest unused first; guarded by this
    private final List<Runnable> due = new ArrayList<>(); // lines to be logged; guarded by this
    private final Set<String> faults = new HashSet<>(); // guarded by this
    private volatile boolean stopping;

    RelayLog() {
        this(BURST);
    }

    /** A log that allows {@code burst} lines of one kind at once. */
    RelayLog(int burst) {
        this(burst, INTERVAL_NANOS);
    }

    /** The same with one per {@code interval} ns afterwards. */
    RelayLog(int burst, long interval) {
        this.burst = burst;
        this.interval = interval;
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

    /** Logs a fault of the relay itself: once with its stack trace, then as a rate-limited warning. */
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

    /** Logs a line that can be provoked at will: a few at once, then one every 10 s with a count. */
    void repeatable(Kind kind, String line) {
        repeatable(kind, null, line);
    }

    /** The same for a peer with this certificate, which uses no other peer's allowance. */
    void repeatable(Kind kind, X509Certificate certificate, String line) {
        Source source = new Source(kind, certificate);
        saying(() -> {
            rated.computeIfAbsent(source, this::rated).line(line);
            if (rated.size() > MOST_SOURCES) {
                Source eldest = rated.keySet().iterator().next();
                rated.remove(eldest).last();
            }
        });
    }

    private Rated rated(Source source) {
        return new Rated(
                new TokenBucket(burst, interval), "more of the kind", text -> due.add(() -> say(source, text)));
    }

    /** Logs that an agent with this certificate has come or gone. */
    void agent(X509Certificate certificate, String line) {
        repeatable(Kind.AGENT, certificate, line);
    }

    /** Logs the lines that were held back and may be logged now: the end of a flood. Runs on housekeeping. */
    void sweep() {
        saying(() -> rated.values().forEach(Rated::rest));
    }

    /** Logs whatever was held back; at stop. */
    void finish() {
        saying(() -> rated.values().forEach(Rated::last));
    }

    /** Logs the lines that come of this turn, without blocking the turns of others meanwhile. */
    private void saying(Runnable turn) {
        List<Runnable> lines;
        synchronized (this) {
            turn.run();
            lines = List.copyOf(due);
            due.clear();
        }
        lines.forEach(Runnable::run);
    }

    private void say(Source source, String line) {
        events.add(source.kind().sort, source.certificate(), source.kind().level, line);
        log(source.kind().level, line);
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
