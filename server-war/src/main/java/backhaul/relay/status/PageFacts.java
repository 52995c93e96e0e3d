package backhaul.relay.status;

import backhaul.pki.Expiry;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the sections of the page about the relay itself: its ring, connections, certificates and log. */
final class PageFacts {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);

    private PageFacts() {}

    static Html ring(Status status) {
        Status.Ring ring = status.ring();
        Status.Counts counts = status.counts();
        String age = ring.oldestAge().map(Text::duration).orElse(Text.duration(Trend.SPAN) + " and more");
        return Html.template("""
                <section id="ring" class="{kind}">
                <h2>Ring of the newest messages</h2>
                {bar}
                <table class="facts">
                <tr><th scope="row" class="back">Full to</th><td class="text" data-key="fill">{used} % of {size}</td></tr>
                <tr><th scope="row" class="front">Waiting for the agent furthest behind</th>\
                <td class="text" data-key="waiting">{waiting} %</td></tr>
                {holds}{bridges}</table>
                </section>
                """)
                .with("kind", PageParts.kind(ring.waitingPercent()))
                .with("bar", PageParts.bar(ring.waitingPercent(), ring.percent(ring.used())))
                .with("used", ring.percent(ring.used()))
                .with("size", Text.size(ring.size()))
                .with("waiting", ring.waitingPercent())
                .with(
                        "holds",
                        fact(
                                "holds",
                                "Holds",
                                Text.count(counts.next() - counts.oldest()) + " messages of the last " + age))
                .with(
                        "bridges",
                        fact(
                                "bridges",
                                "Bridges an outage of",
                                ring.bridges()
                                        .map(time -> Text.about(time) + " at the rate of the last minute")
                                        .orElse("any length, while no messages come")))
                .html();
    }

    static Html connections(Status status) {
        ConnectionCounters.Count count = status.admissions();
        List<Html> refused = new ArrayList<>();
        count.refused().forEach((why, times) -> {
            if (times > 0) {
                refused.add(Html.of(
                        "<tr><th scope=\"row\">Refused: %s</th><td class=\"text\" data-key=\"%s\">%s</td></tr>\n",
                        why.words(), why.label(), Text.count(times)));
            }
        });
        Html facts = Html.all(List.of(
                fact("accepted", "TCP connections accepted", Text.count(count.accepted())),
                fact("admitted", "Admitted as agents", Text.count(count.admitted())),
                fact("handshakes", "Handshakes in progress", Text.count(count.underway())),
                Html.all(refused)));
        return Html.template("""
                <section id="connections">
                <h2>Connections</h2>
                <table class="facts">
                {facts}</table>
                </section>
                """).with("facts", facts).html();
    }

    static Html certificates(Status status) {
        List<Html> rows = new ArrayList<>();
        for (Expiry expiry : status.identity().credentials().expiries(status.at())) {
            long days = expiry.daysLeft(status.at());
            rows.add(Html.template("""
                    <tr>
                    <th scope="row">{what}</th>
                    <td data-label="on"><time>{until}</time></td>
                    <td data-label="days left" class="{kind}">{days}</td>
                    </tr>
                    """)
                    .with("what", Text.capital(expiry.what()))
                    .with("until", DAY.format(expiry.end().atZone(PageParts.ZONE)))
                    .with("kind", days < Warnings.VERY_SOON ? "bad" : days < Warnings.SOON ? "look" : "")
                    .with("days", days < 0 ? "expired" : Text.count(days))
                    .html());
        }
        Html facts = Html.all(List.of(
                fact("listening", "Listening", status.listening()),
                fact("own", "Shown to agents", status.identity().own()),
                fact("let-in", "Agents let in", status.identity().agents()),
                fact("crl", "Revocation list", status.identity().revocations())));
        return Html.template("""
                <section id="certificates">
                <h2>Certificates</h2>
                <table>
                <thead><tr><th>Expires</th><th>On</th><th>Days left</th></tr></thead>
                <tbody>
                {rows}</tbody>
                </table>
                <table class="facts">
                {facts}</table>
                </section>
                """)
                .with("rows", Html.all(rows))
                .with("facts", facts)
                .html();
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
                    kind, PageParts.time(event.at()), PageParts.sentence(event.line())));
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
                "<tr><th scope=\"row\">%s</th><td class=\"text\" data-key=\"%s\">%s</td></tr>\n",
                name, key, PageParts.sentence(value));
    }
}
