package backhaul.transport;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the word that somebody most likely meant to write. */
public final class Spelling {
    private Spelling() {}

    /** The nearest of the words; if several are equally near, the first. */
    public static String nearest(String mistyped, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(word -> distance(mistyped, word)))
                .orElseThrow();
    }

    /** Letters to insert, delete or replace (Levenshtein); capitals are the same as small letters. */
    public static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
