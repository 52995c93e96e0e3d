package backhaul.relay.status;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Draws the page for people. It is complete without JavaScript. With it, status.js fetches it again every two seconds and
 * replaces each section that has changed, so only this program draws it.
 */
public final class StatusPage {
    private static final DateTimeFormatter ZONED = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);

    private StatusPage() {}

    /** For a relay that does not run, and why. */
    public static Html of(String problem, List<Events.Event> events) {
        Html state = state(
                "bad",
                "The relay does not run",
                List.of(Html.of("<li class=\"bad\">%s</li>\n", PageParts.sentence(problem))));
        return page("✗ The relay does not run", Instant.now(), List.of(state, PageFacts.events(events)));
    }

    public static Html of(Status status) {
        List<Status.Remark> remarks = status.remarks();
        boolean serious = remarks.stream().anyMatch(Status.Remark::serious);
        String agents = Text.agents(status.agents().size());
        Html state = state(
                serious ? "bad" : remarks.isEmpty() ? "well" : "look",
                (remarks.isEmpty() ? "All is well: " : "") + agents + " connected",
                remarks.stream()
                        .map(remark -> Html.of(
                                "<li class=\"%s\">%s</li>\n",
                                remark.serious() ? "bad" : "look", PageParts.sentence(remark.sentence())))
                        .toList());
        String sign = serious ? "✗ " : remarks.isEmpty() ? "✓ " : "! ";
        String rate = Text.rate(status.trend().perSecond(Sample::received, Trend.NOW));
        return page(
                sign + agents + ", " + rate + "/s",
                status.at(),
                List.of(
                        state,
                        numbers(status),
                        rate(status),
                        PageAgents.agents(status),
                        PageAgents.departed(status),
                        PageFacts.ring(status),
                        PageFacts.connections(status),
                        PageFacts.certificates(status),
                        PageFacts.events(status.events())));
    }

    private static Html page(String title, Instant at, List<Html> sections) {
        return Html.of("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s · Backhaul relay</title>
                <link rel="icon" href="icon.svg">
                <link rel="stylesheet" href="status.css">
                <script src="status.js" defer></script>
                <noscript><meta http-equiv="refresh" content="5"></noscript>
                </head>
                <body>
                <header>
                <h1>Backhaul relay</h1>
                <p id="at">as of <time>%s</time></p>
                <p id="stale" role="status" hidden></p>
                </header>
                <main>
                %s</main>
                <footer>
                Version %s. For programs: <a href="status">status</a> (JSON), <a href="metrics">metrics</a> (Prometheus), \
                <a href="/health/ready">health</a>.
                </footer>
                </body>
                </html>
                """, title, ZONED.format(at.atZone(PageParts.ZONE)), Html.all(sections), Version.TEXT);
    }

    private static Html state(String kind, String headline, List<Html> remarks) {
        return Html.of(
                "<section id=\"state\" class=\"%s\">\n<h2>%s</h2>\n%s</section>\n",
                kind, headline, remarks.isEmpty() ? Html.NOTHING : Html.of("<ul>\n%s</ul>\n", Html.all(remarks)));
    }

    private static Html numbers(Status status) {
        Status.Counts counts = status.counts();
        String now = Text.rate(status.trend().perSecond(Sample::received, Trend.NOW));
        String running = Text.duration(Duration.between(status.since(), status.at()));
        Html all = Html.all(List.of(
                number("now", "Messages a second", now, ""),
                number("received", "Received", Text.count(counts.received()), ""),
                number("lost", "Lost to agents", Text.count(counts.lost()), look(counts.lost())),
                number("dropped", "Dropped by kernel", Text.count(counts.dropped()), look(counts.dropped())),
                number("notices", "Own notices", Text.count(counts.notices()), ""),
                number("running", "Up for", running, "")));
        return Html.of("<section id=\"numbers\">\n<dl>\n%s</dl>\n</section>\n", all);
    }

    private static String look(long messages) {
        return messages > 0 ? "look" : "";
    }

    private static Html number(String key, String name, String value, String kind) {
        return Html.of("<div class=\"%s\"><dt>%s</dt><dd data-key=\"%s\">%s</dd></div>\n", kind, name, key, value);
    }

    private static Html rate(Status status) {
        Trend trend = status.trend();
        List<Trend.Point> course = trend.course();
        return Html.template("""
                <section id="rate">
                <h2>Messages a second</h2>
                {plot}<p><b>{now}</b> now, <b>{minute}</b> in the last minute, <b>{span}</b> in the last 15 min, \
                at most <b>{most}</b> in {step}.{missed}</p>
                </section>
                """)
                .with("plot", RatePlot.of(course))
                .with("now", Text.rate(trend.perSecond(Sample::received, Trend.NOW)))
                .with("minute", Text.rate(trend.perSecond(Sample::received, Trend.MINUTE)))
                .with("span", Text.rate(trend.perSecond(Sample::received, Trend.SPAN)))
                .with(
                        "most",
                        Text.rate(course.stream()
                                .mapToDouble(Trend.Point::rate)
                                .max()
                                .orElse(0)))
                .with("step", Text.duration(Trend.STEP))
                .with(
                        "missed",
                        course.stream().anyMatch(Trend.Point::missed)
                                ? Html.of(" <span class=\"missed\">Red</span>: messages were dropped or lost.")
                                : Html.NOTHING)
                .html();
    }
}
