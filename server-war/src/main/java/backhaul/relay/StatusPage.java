package backhaul.relay;

import backhaul.transport.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page for people. It is complete without JavaScript; with it, status.js fetches it anew every two seconds and puts
 * each section that has changed in the place of the old one, so that there is one program alone that draws it.
 */
final class StatusPage {
    /** Rows of a table; {@code status} has all. */
    private static final int MOST_ROWS = 200;

    /** A name that begins with CN=, and the rest of it. */
    private static final Pattern NAME = Pattern.compile("(CN=(?:[^,\\\\]|\\\\.)+)(.*)", Pattern.DOTALL);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter ZONED = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);

    /** The log's times are in it too. */
    private static final ZoneId ZONE = ZoneId.systemDefault();

    private StatusPage() {}

    /** Of a relay that does not run, and why. */
    static Html of(String problem, List<Events.Event> events) {
        Html state = state("bad", "The relay does not run", List.of(Html.of("<li class=\"bad\">%s</li>\n", problem)));
        return page("✗ The relay does not run", Instant.now(), List.of(state, events(events)));
    }

    static Html of(Status status) {
        List<Status.Remark> remarks = status.remarks();
        boolean serious = remarks.stream().anyMatch(Status.Remark::serious);
        String agents = Text.agents(status.agents().size());
        Html state = state(
                serious ? "bad" : remarks.isEmpty() ? "well" : "look",
                (remarks.isEmpty() ? "All is well: " : "") + agents + " connected",
                remarks.stream()
                        .map(remark -> Html.of(
                                "<li class=\"%s\">%s</li>\n", remark.serious() ? "bad" : "look", remark.sentence()))
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
                        agents(status),
                        departed(status),
                        ring(status),
                        connections(status),
                        certificates(status),
                        events(status.events())));
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
                <p id="at">as of %s</p>
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
                """, title, ZONED.format(at.atZone(ZONE)), Html.all(sections), Version.TEXT);
    }

    private static Html state(String kind, String headline, List<Html> remarks) {
        return Html.of(
                "<section id=\"state\" class=\"%s\">\n<h2>%s</h2>\n%s</section>\n",
                kind, headline, remarks.isEmpty() ? Html.NOTHING : Html.of("<ul>\n%s</ul>\n", Html.all(remarks)));
    }

    private static Html numbers(Status status) {
        Status.Counts counts = status.counts();
        return Html.of(
                """
                <section id="numbers">
                <dl>
                %s%s%s%s%s%s</dl>
                </section>
                """,
                number(
                        "now",
                        "Messages a second",
                        Text.rate(status.trend().perSecond(Sample::received, Trend.NOW)),
                        ""),
                number("received", "Received", Text.count(counts.received()), ""),
                number("lost", "Lost to agents", Text.count(counts.lost()), counts.lost() > 0 ? "look" : ""),
                number(
                        "dropped",
                        "Dropped by kernel",
                        Text.count(counts.dropped()),
                        counts.dropped() > 0 ? "look" : ""),
                number("notices", "Own notices", Text.count(counts.notices()), ""),
                number("running", "Up for", Text.duration(Duration.between(status.since(), status.at())), ""));
    }

    private static Html number(String key, String name, String value, String kind) {
        return Html.of("<div class=\"%s\"><dt>%s</dt><dd data-key=\"%s\">%s</dd></div>\n", kind, name, key, value);
    }

    private static Html rate(Status status) {
        Trend trend = status.trend();
        List<Trend.Point> course = trend.course();
        return Html.of(
                """
                <section id="rate">
                <h2>Messages a second</h2>
                %s<p><b>%s</b> now, <b>%s</b> in the last minute, <b>%s</b> in the last 15 min, at most <b>%s</b> in %s.%s</p>
                </section>
                """,
                RatePlot.of(course),
                Text.rate(trend.perSecond(Sample::received, Trend.NOW)),
                Text.rate(trend.perSecond(Sample::received, Trend.MINUTE)),
                Text.rate(trend.perSecond(Sample::received, Trend.SPAN)),
                Text.rate(course.stream().mapToDouble(Trend.Point::rate).max().orElse(0)),
                Text.duration(Trend.STEP),
                course.stream().anyMatch(Trend.Point::missed)
                        ? Html.of(" <span class=\"missed\">Red</span>: messages were dropped or lost.")
                        : Html.NOTHING);
    }

    private static Html agents(Status status) {
        if (status.agents().isEmpty()) {
            return Html.of("<section id=\"agents\">\n<h2>Agents</h2>\n<p>None is connected.</p>\n</section>\n");
        }
        List<Html> rows = new ArrayList<>();
        for (Status.Connected agent :
                status.agents().subList(0, Math.min(MOST_ROWS, status.agents().size()))) {
            int percent = status.ring().percent(agent.octets());
            rows.add(Html.of(
                    """
                    <tr>
                    <th scope="row">%s<small>%s, %s</small></th>
                    <td data-label="connected for" class="row">%s<small>since %s</small></td>
                    <td data-label="a second" data-key="rate">%s</td>
                    <td data-label="behind" data-key="behind" class="%s">%s</td>
                    <td data-label="sent" data-key="sent">%s</td>
                    <td data-label="waiting" data-key="waiting">%s</td>
                    <td data-label="lost" data-key="lost" class="%s">%s</td>
                    <td data-label="began with" data-key="first">%s</td>
                    </tr>
                    """,
                    name(agent.subject()),
                    agent.address(),
                    agent.framing(),
                    Text.duration(Duration.between(agent.since(), status.at())),
                    time(agent.since()),
                    Text.rate(agent.rate()),
                    kind(percent),
                    behind(agent, percent),
                    Text.count(agent.sent()),
                    Text.count(agent.waiting()),
                    agent.lost() > 0 ? "look" : "",
                    Text.count(agent.lost()),
                    Text.count(agent.first())));
        }
        return Html.of(
                """
                <section id="agents">
                <h2>Agents</h2>
                <table>
                <thead><tr><th>Agent</th><th>Connected for</th><th>A second</th><th>Behind</th>\
                <th>Sent</th><th>Waiting</th><th>Lost</th><th>Began with</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                %s<p>The books: the next message has the number <b data-key="next">%s</b>, and so much are, for each agent, the \
                messages sent, waiting and lost and the number that it began with.</p>
                </section>
                """,
                Html.all(rows),
                more(status.agents().size()),
                Text.count(status.counts().next()));
    }

    private static Html behind(Status.Connected agent, int percent) {
        if (agent.waiting() == 0) {
            return Html.of("–");
        }
        String age = agent.behind().map(time -> Text.duration(time)).orElse("over " + Text.duration(Trend.SPAN));
        return percent == 0
                ? Html.of("%s", age)
                : Html.of("%s<small>%s %% of the ring</small>%s", age, percent, bar(percent, 0));
    }

    /** Two shares of a whole, in percent, one over the other. */
    private static Html bar(int front, int back) {
        return Html.of(
                "<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                        + "<path class=\"back\" d=\"M0 0H%sV1H0Z\"/><path class=\"front\" d=\"M0 0H%sV1H0Z\"/></svg>",
                back, front);
    }

    private static Html more(int rows) {
        return rows <= MOST_ROWS
                ? Html.NOTHING
                : Html.of(
                        "<p>And %s more: <a href=\"status\">status</a> has them all.</p>\n",
                        Text.count(rows - MOST_ROWS));
    }

    private static Html departed(Status status) {
        if (status.departed().isEmpty()) {
            return Html.of("<section id=\"departed\" hidden></section>\n");
        }
        List<Html> rows = new ArrayList<>();
        for (Status.Gone gone : status.departed()) { // the latest last
            rows.add(
                    0,
                    Html.of(
                            """
                    <tr>
                    <th scope="row">%s<small>%s</small></th>
                    <td data-label="left" class="row">%s ago<small>%s</small></td>
                    <td data-label="because" class="text">%s</td>
                    <td data-label="waiting">%s%s</td>
                    <td data-label="lost" class="%s">%s</td>
                    </tr>
                    """,
                            name(gone.agent().subject()),
                            gone.agent().address(),
                            Text.duration(Duration.between(gone.agent().at(), status.at())),
                            time(gone.agent().at()),
                            gone.agent().reason(),
                            Text.count(gone.waiting()),
                            gone.lost() > 0 || gone.left().isEmpty()
                                    ? Html.NOTHING
                                    : Html.of(
                                            "<small>none lost for %s</small>",
                                            Text.about(gone.left().get())),
                            gone.lost() > 0 ? "look" : "",
                            Text.count(gone.lost())));
        }
        return Html.of("""
                <section id="departed">
                <h2>Departed</h2>
                <table>
                <thead><tr><th>Agent</th><th>Left</th><th class="text">Because</th><th>Waiting for it</th><th>Lost to it</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </section>
                """, Html.all(rows));
    }

    private static Html ring(Status status) {
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
                kind(ring.waitingPercent()),
                bar(ring.waitingPercent(), ring.percent(ring.used())),
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

    private static String kind(int percent) {
        return percent >= Remarks.FAR_BEHIND ? "bad" : percent >= Remarks.BEHIND ? "look" : "";
    }

    private static Html fact(String key, String name, String value) {
        return Html.of(
                "<tr><th scope=\"row\">%s</th><td class=\"text\" data-key=\"%s\">%s</td></tr>\n", name, key, value);
    }

    private static Html certificates(Status status) {
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
                    DAY.format(expiry.end().atZone(ZONE)),
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

    private static Html connections(Status status) {
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

    private static Html events(List<Events.Event> events) {
        List<Html> rows = new ArrayList<>();
        for (Events.Event event : events) {
            String kind = switch (event.level()) {
                case ERROR -> "bad";
                case WARNING -> "look";
                default -> "";
            };
            rows.add(Html.of(
                    "<tr class=\"%s\"><td>%s</td><td class=\"text\">%s</td></tr>\n",
                    kind, time(event.at()), event.line()));
        }
        return Html.of("""
                <section id="events">
                <h2>From its log</h2>
                <table class="log">
                %s</table>
                </section>
                """, Html.all(rows));
    }

    private static Html time(Instant at) {
        return Html.of("<time datetime=\"%s\">%s</time>", at, TIME.format(at.atZone(ZONE)));
    }

    /** The part of a name that tells agents apart stands out. */
    private static Html name(String subject) {
        Matcher parts = NAME.matcher(subject);
        return parts.matches()
                ? Html.of("<b>%s</b><span class=\"rest\">%s</span>", parts.group(1), parts.group(2))
                : Html.of("<b>%s</b>", subject);
    }
}
