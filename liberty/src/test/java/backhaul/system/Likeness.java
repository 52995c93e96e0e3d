package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Compares the output in a document with the real one: word for word, except for parts that differ from run to run. */
final class Likeness {
    private Likeness() {}

    /**
     * Each of these lines was printed like this, in this order; other lines may be between them.
     *
     * @param where for the message
     */
    static void expect(String where, List<String> shown, String said) {
        List<String> all = said.lines().map(Likeness::form).toList();
        int from = 0;
        for (String line : shown) {
            int at = all.subList(from, all.size()).indexOf(form(line));
            assertThat(at)
                    .withFailMessage("%s has \"%s\", but of this there was nothing in%n%s", where, line, said)
                    .isNotNegative();
            from += at + 1;
        }
    }

    /** Serial numbers, fingerprints and ids are one thing, dates, times and numbers with a point another. */
    private static String form(String line) {
        return line.replaceAll("(serial |sha256:)[0-9a-fA-F:…]+", "$1#")
                .replaceAll("\\b[0-9a-f]{16}\\b", "#")
                .replaceAll("\\d[\\d.]* (ms|s|min|h|d)( \\d+ (s|min|h))?\\b", "# s")
                .replaceAll("\\d[\\d.]* [KMG]iB\\b", "# octets")
                .replaceAll("\\bmessage\\b", "messages")
                .replaceAll("\\d+(?:[-:T.+]\\d+)*Z?", "#")
                .replaceAll("\\s+", " ");
    }
}
