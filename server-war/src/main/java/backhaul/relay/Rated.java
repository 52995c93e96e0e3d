package backhaul.relay;

/**
 * Lines of one kind: so many at once, afterwards one now and then with the number of those that were not said. The last of
 * a flood is kept until it may be said, so that each is said or counted. Its owner sees to it that one thread uses it at a
 * time.
 */
final class Rated {
    private final TokenBucket allowance;
    private String held; // the last line, while it is not said; else null
    private long more; // that were not said before that one

    Rated(TokenBucket allowance) {
        this.allowance = allowance;
    }

    /** What is to be said now that this line has come; null for nothing. */
    String line(String line) {
        if (allowance.take(1)) {
            return said(line, held == null ? 0 : more + 1);
        }
        more += held == null ? 0 : 1;
        held = line;
        return null;
    }

    /** What is to be said since no line has come; null for nothing. */
    String rest() {
        return held != null && allowance.take(1) ? last() : null;
    }

    /** What is to be said before the end, allowance or not; null for nothing. */
    String last() {
        return held == null ? null : said(held, more);
    }

    private String said(String line, long notSaid) {
        held = null;
        more = 0;
        return notSaid == 0 ? line : line + " (and " + notSaid + " more of the kind since the last such line)";
    }
}
