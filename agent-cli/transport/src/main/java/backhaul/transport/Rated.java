package backhaul.transport;

import java.util.function.Consumer;

/**
 * Limits the rate of log lines of one kind: a burst at once, then one now and then with the number of those left out. The
 * last line of a flood is kept until it may be logged, so that each line is logged or counted. Its owner makes sure that
 * one thread uses it at a time.
 */
public final class Rated {
    private final TokenBucket allowance;
    private final String more;
    private final Consumer<String> log;
    private String held; // the last line, while it is not logged; else null
    private long notSaid; // before that one

    /** @param more the name of the lines left out: {@code more of the kind}, {@code times} */
    public Rated(TokenBucket allowance, String more, Consumer<String> log) {
        this.allowance = allowance;
        this.more = more;
        this.log = log;
    }

    /** Logs this line, or keeps it. */
    public void line(String line) {
        notSaid += held == null ? 0 : 1;
        held = line;
        rest();
    }

    /** Logs the kept line if it may be logged now. */
    public void rest() {
        if (held != null && allowance.take(1)) {
            last();
        }
    }

    /** Logs the kept line regardless of the rate. */
    public void last() {
        if (held != null) {
            log.accept(notSaid == 0 ? held : held + " (and " + notSaid + " " + more + " since the last such line)");
            held = null;
            notSaid = 0;
        }
    }
}
