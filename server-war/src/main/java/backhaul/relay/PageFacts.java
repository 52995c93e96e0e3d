package backhaul.relay;

import backhaul.transport.Expiry;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sections of the page about the relay itself: its ring, connections, certificates and log. */
final class PageFacts {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);

    private PageFacts() {}

    static Html ring(Status status) {
        Status.Ring ring = status.ring();
        Status.Counts counts = status.counts();
        return Html.of(
                """
                <section id="ring" class="%s">
                <h2>Ring of the newest messages</h2>
                %s
                <table class="facts">
                <tr><th scope="row" class="back">Full to</th><td class="text" data-key="fill">%s %% of %s</td></tr>
                <tr><th scope="row" class="front">Waiting for the agent furthest behind</th>\
                <td class="text" data-key="waiting">%s %%</td></tr>
                %s%s</table>
                </section>
                """,
                PageParts.kind(ring.waitingPercent()),
                PageParts.bar(ring.waitingPercent(), ring.percent(ring.used())),
                ring.percent(ring.used()),
                Text.size(ring.size()),
                ring.waitingPercent(),
                fact(
                        "holds",
                        "Holds",
                        Text.count(counts.next() - counts.oldest()) + " messages of the last "
                                + ring.oldestAge().map(Text::duration).orElse(Text.duration(Trend.SPAN) + " and more")),
                fact(
                        "bridges",
                        "Bridges an outage of",
                        ring.bridges()
                                .map(time -> Text.about(time) + " at the rate of the last minute")
                                .orElse("any length, while nothing comes")));
    }

    static Html connections(Status status) {
        Admissions.Count count = status.admissions();
        List<Html> refused = new ArrayList<>();
        count.refused().forEach((why, times) -> {
            if (times > 0) {
                refused.add(Html.of(
                        "<tr><th scope=\"row\">Refused: %s</th><td class=\"text\" data-key=\"%s\">%s</td></tr>\n",
                        why.words(), why.label(), Text.count(times)));
            }
        });
        return Html.of(
                """
                <section id="connections">
                <h2>Connections</h2>
                <table class="facts">
                %s%s%s%s</table>
                </section>
                """,
                fact("accepted", "Came by TCP", Text.count(count.accepted())),
                fact("admitted", "Became agents", Text.count(count.admitted())),
                fact("handshakes", "Shaking hands now", Text.count(count.underway())),
                Html.all(refused));
    }

    static Html certificates(Status status) {
        List<Html> rows = new ArrayList<>();
        for (Expiry expiry : status.trust().credentials().expiries()) {
            long days = expiry.daysLeft(status.at());
            rows.add(Html.of(
                    """
                    <tr>
                    <th scope="row">%s</th>
                    <td data-label="until">%s</td>
                    <td data-label="days left" class="%s">%s</td>
                    </tr>
                    """,
                    Text.capital(expiry.what()),
                    DAY.format(expiry.end().atZone(PageParts.ZONE)),
                    days < Remarks.VERY_SOON ? "bad" : days < Remarks.SOON ? "look" : "",
                    days < 0 ? "over" : Text.count(days)));
        }
        return Html.of(
                """
                <section id="certificates">
                <h2>Certificates</h2>
                <table>
                <thead><tr><th>What ends</th><th>Until</th><th>Days left</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                <table class="facts">
                %s%s%s%s</table>
                </section>
                """,
                Html.all(rows),
                fact("listening", "Listening", status.listening()),
                fact("own", "Shown to agents", status.trust().own()),
                fact("let-in", "Agents let in", status.trust().agents()),
                fact("crl", "Revocation list", status.trust().revocations(status.at())));
    }

    static Html events(List<Events.Event> events) {
        List<Html> rows = new ArrayList<>();
        for (Events.Event event : events) {
            String kind = switch (event.level()) {
                case ERROR -> "bad";
                case WARNING -> "look";
                default -> "";
            };
            rows.add(Html.of(
                    "<tr class=\"%s\"><td>%s</td><td class=\"text\">%s</td></tr>\n",
                    kind, PageParts.time(event.at()), event.line()));
        }
        return Html.of("""
                <section id="events">
                <h2>From its log</h2>
                <table class="log">
                %s</table>
                </section>
                """, Html.all(rows));
    }

    private static Html fact(String key, String name, String value) {
        return Html.of(
                "<tr><th scope=\"row\">%s</th><td class=\"text\" data-key=\"%s\">%s</td></tr>\n", name, key, value);
    }
}
