package backhaul.relay.status;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What several sections of the page are made of. */
final class PageParts {
    /** The log's times are in it too. */
    static final ZoneId ZONE = ZoneId.systemDefault();

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private PageParts() {}

    /** Two shares of a whole, in percent, one over the other. */
    static Html bar(int front, int back) {
        return Html.of(
                "<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                        + "<path class=\"back\" d=\"M0 0H%sV1H0Z\"/><path class=\"front\" d=\"M0 0H%sV1H0Z\"/></svg>",
                back, front);
    }

    static String kind(int percent) {
        return percent >= Warnings.FAR_BEHIND ? "bad" : percent >= Warnings.BEHIND ? "look" : "";
    }

    static Html time(Instant at) {
        return Html.of("<time datetime=\"%s\">%s</time>", at, TIME.format(at.atZone(ZONE)));
    }
}
