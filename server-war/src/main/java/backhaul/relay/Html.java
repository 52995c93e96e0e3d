package backhaul.relay;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A piece of a page. What is put into one is text, and escaped, unless it is such a piece itself: names in certificates
 * and reasons come from others.
 */
record Html(String markup) {
    static final Html NOTHING = new Html("");

    /** The template with each {@code %s} replaced by the next value; a template is our own and never from elsewhere. */
    static Html of(String template, Object... values) {
        return new Html(String.format(
                Locale.ROOT,
                template,
                Arrays.stream(values)
                        .map(value -> value instanceof Html piece ? piece.markup : escaped(String.valueOf(value)))
                        .toArray()));
    }

    static Html all(Collection<Html> pieces) {
        return new Html(pieces.stream().map(Html::markup).collect(Collectors.joining()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
