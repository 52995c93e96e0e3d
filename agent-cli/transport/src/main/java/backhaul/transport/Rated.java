package backhaul.transport;

import java.util.function.Consumer;

/**
 * Lines of one kind: so many at once, afterwards one now and then with the number of those that were not said. The last of
 * a flood is kept until it may be said, so that each is said or counted. Its owner sees to it that one thread uses it at a
 * time.
 */
public final class Rated {
    private final TokenBucket allowance;
    private final String more;
    private final Consumer<String> log;
    private String held; // the last line, while it is not said; else null
    private long notSaid; // before that one

    /** @param more what the others are called: {@code more of the kind}, {@code times} */
    public Rated(TokenBucket allowance, String more, Consumer<String> log) {
        this.allowance = allowance;
        this.more = more;
        this.log = log;
    }

    /** Says this line, or keeps it. */
    public void line(String line) {
        notSaid += held == null ? 0 : 1;
        held = line;
        rest();
    }

    /** Says what is kept if it may be said now. */
    public void rest() {
        if (held != null && allowance.take(1)) {
            last();
        }
    }

    /** Says what is kept, allowance or not. */
    public void last() {
        if (held != null) {
            log.accept(notSaid == 0 ? held : held + " (and " + notSaid + " " + more + " since the last such line)");
            held = null;
            notSaid = 0;
        }
    }
}
