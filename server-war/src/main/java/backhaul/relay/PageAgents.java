package backhaul.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sections of the page about agents: who is connected, and who was. */
final class PageAgents {
    /** Rows of a table; {@code status} has all. */
    private static final int MOST_ROWS = 200;

    /** A name that begins with CN=, and the rest of it. */
    private static final Pattern NAME = Pattern.compile("(CN=(?:[^,\\\\]|\\\\.)+)(.*)", Pattern.DOTALL);

    private PageAgents() {}

    static Html agents(Status status) {
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
                    PageParts.time(agent.since()),
                    Text.rate(agent.rate()),
                    PageParts.kind(percent),
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
                : Html.of("%s<small>%s %% of the ring</small>%s", age, percent, PageParts.bar(percent, 0));
    }

    static Html departed(Status status) {
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
                            PageParts.time(gone.agent().at()),
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

    private static Html more(int rows) {
        return rows <= MOST_ROWS
                ? Html.NOTHING
                : Html.of(
                        "<p>And %s more: <a href=\"status\">status</a> has them all.</p>\n",
                        Text.count(rows - MOST_ROWS));
    }

    /** The part of a name that tells agents apart stands out. */
    private static Html name(String subject) {
        Matcher parts = NAME.matcher(subject);
        return parts.matches()
                ? Html.of("<b>%s</b><span class=\"rest\">%s</span>", parts.group(1), parts.group(2))
                : Html.of("<b>%s</b>", subject);
    }
}
