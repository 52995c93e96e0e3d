package backhaul.relay.status;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parts that several sections of the page share. */
final class PageParts {
    /** The log's times are in it too. */
    static final ZoneId ZONE = ZoneId.systemDefault();

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    /** A day, perhaps with a time, in a sentence. */
    private static final Pattern DATE = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z| ?[+-]\\d\\d:\\d\\d)?)?");

    private PageParts() {}

    /** A bar of two shares of a whole, in percent, one over the other. */
    static Html bar(int front, int back) {
        return Html.of(
                "<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                        + "<path class=\"back\" d=\"M0 0H%sV1H0Z\"/><path class=\"front\" d=\"M0 0H%sV1H0Z\"/></svg>",
                back, front);
    }

    static String kind(int percent) {
        return percent >= Warnings.FAR_BEHIND ? "bad" : percent >= Warnings.BEHIND ? "look" : "";
    }

    /** A sentence whose dates are not broken in two where a line ends. */
    static Html sentence(String text) {
        List<Html> pieces = new ArrayList<>();
        Matcher date = DATE.matcher(text);
        int end = 0;
        while (date.find()) {
            pieces.add(Html.of("%s<time>%s</time>", text.substring(end, date.start()), date.group()));
            end = date.end();
        }
        pieces.add(Html.of("%s", text.substring(end)));
        return Html.all(pieces);
    }

    static Html time(Instant at) {
        return Html.of("<time datetime=\"%s\">%s</time>", at, TIME.format(at.atZone(ZONE)));
    }
}
