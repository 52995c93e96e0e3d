package backhaul.relay.status;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A piece of a page. Values that are put into one are escaped as text, unless they are such pieces themselves: names in
 * certificates and reasons come from others.
 */
public record Html(String markup) {
    static final Html NOTHING = new Html("");

    /** The template with each {@code %s} replaced by the next value; a template is always our own text. */
    static Html of(String template, Object... values) {
        return new Html(String.format(
                Locale.ROOT,
                template,
                Arrays.stream(values).map(value -> piece(value).markup).toArray()));
    }

    /** Our own markup with places such as {@code {rate}}, for pieces with many values. */
    static Template template(String markup) {
        return new Template(markup);
    }

    static Html all(Collection<Html> pieces) {
        return new Html(pieces.stream().map(Html::markup).collect(Collectors.joining()));
    }

    private static Html piece(Object value) {
        return value instanceof Html piece ? piece : new Html(escaped(String.valueOf(value)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Used once, by one thread. */
    static final class Template {
        private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

        private final String markup;
        private final Map<String, Html> values = new HashMap<>();

        private Template(String markup) {
            this.markup = markup;
        }

        /** Sets the value at {@code {place}}. */
        Template with(String place, Object value) {
            values.put(place, piece(value));
            return this;
        }

        /** @throws IllegalStateException if a place has no value, or a value no place */
        Html html() {
            Matcher places = PLACE.matcher(markup);
            Map<String, Html> unused = new HashMap<>(values);
            String filled = places.replaceAll(place -> {
                Html value = values.get(place.group(1));
                if (value == null) {
                    throw new IllegalStateException("nothing for " + place.group());
                }
                unused.remove(place.group(1));
                return Matcher.quoteReplacement(value.markup);
            });
            if (!unused.isEmpty()) {
                throw new IllegalStateException("no place for " + unused.keySet());
            }
            return new Html(filled);
        }
    }
}
