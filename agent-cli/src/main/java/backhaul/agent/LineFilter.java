package backhaul.agent;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Decides which messages are shown: one condition of each kind must hold, and a kind without conditions holds.
 *
 * @param least severity that is shown; null for any
 * @param hosts patterns of whole names
 * @param programs likewise
 * @param texts patterns, one of which is in the text
 */
record LineFilter(Severity least, List<Pattern> hosts, List<Pattern> programs, List<Pattern> texts) {
    LineFilter {
        hosts = List.copyOf(hosts);
        programs = List.copyOf(programs);
        texts = List.copyOf(texts);
    }

    boolean shows(SyslogLine line) {
        return (least == null || line.severity().isAtLeast(least))
                && isOneOf(line.host(), hosts)
                && isOneOf(line.program(), programs)
                && (texts.isEmpty() || texts.stream().anyMatch(text -> isIn(line.text(), text)));
    }

    /** Does it need to know the parts of messages? */
    boolean showsAll() {
        return least == null && hosts.isEmpty() && programs.isEmpty() && texts.isEmpty();
    }

    /** A pattern for a whole name, upper or lower case; {@code *} stands for anything. */
    static Pattern name(String text) {
        StringBuilder pattern = new StringBuilder();
        for (String part : text.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    /**
     * A regular expression.
     *
     * @throws IllegalArgumentException whose message continues a sentence that begins with the option's name
     */
    static Pattern text(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "must be a regular expression of Java, was " + expression + " (" + e.getDescription() + ")");
        }
    }

    private static boolean isOneOf(String name, List<Pattern> patterns) {
        return patterns.isEmpty()
                || name != null
                        && patterns.stream()
                                .anyMatch(pattern -> pattern.matcher(name).matches());
    }

    private static boolean isIn(String text, Pattern pattern) {
        try {
            return pattern.matcher(text).find();
        } catch (StackOverflowError e) {
            return true; // Java's alternatives under a star on a long message: better one too many
        }
    }
}
