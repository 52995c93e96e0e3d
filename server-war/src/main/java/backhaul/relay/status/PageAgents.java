package backhaul.relay.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Draws the sections of the page about agents: those that are connected, and those that were. */
final class PageAgents {
    /** Rows of a table; {@code status} has all. */
    private static final int MOST_ROWS = 200;

    /** A name that begins with CN=, and the rest of it. */
    private static final Pattern NAME = Pattern.compile("(CN=(?:[^,\\\\]|\\\\.)+)(.*)", Pattern.DOTALL);

    private PageAgents() {}

    static Html agents(Status status) {
        if (status.agents().isEmpty()) {
            return Html.of("<section id=\"agents\">\n<h2>Agents</h2>\n<p>No agent is connected.</p>\n</section>\n");
        }
        List<Html> rows = new ArrayList<>();
        for (Status.Connected agent :
                status.agents().subList(0, Math.min(MOST_ROWS, status.agents().size()))) {
            rows.add(row(agent, status));
        }
        return Html.template("""
                <section id="agents">
                <h2>Agents</h2>
                <table>
                <thead><tr><th>Agent</th><th>Connected for</th><th>A second</th><th>Behind</th>\
                <th>Sent</th><th>Waiting</th><th>Lost</th><th>Began with</th></tr></thead>
                <tbody>
                {rows}</tbody>
                </table>
                {more}<p>No message goes missing unnoticed: for each agent, Began with + Sent + Waiting + Lost is \
                <b data-key="next">{next}</b>, the number of the next message.</p>
                </section>
                """)
                .with("rows", Html.all(rows))
                .with("more", more(status.agents().size()))
                .with("next", Text.count(status.counts().next()))
                .html();
    }

    private static Html row(Status.Connected agent, Status status) {
        int percent = status.ring().percent(agent.octets());
        return Html.template("""
                <tr>
                <th scope="row">{name}<small>{address}, {framing}</small></th>
                <td data-label="connected for" class="row">{time}<small>since {since}</small></td>
                <td data-label="a second" data-key="rate">{rate}</td>
                <td data-label="behind" data-key="behind" class="{kind}">{behind}</td>
                <td data-label="sent" data-key="sent">{sent}</td>
                <td data-label="waiting" data-key="waiting">{waiting}</td>
                <td data-label="lost" data-key="lost" class="{look}">{lost}</td>
                <td data-label="began with" data-key="first">{first}</td>
                </tr>
                """)
                .with("name", name(agent.subject()))
                .with("address", agent.address())
                .with("framing", agent.framing())
                .with("time", Text.duration(Duration.between(agent.since(), status.at())))
                .with("since", PageParts.time(agent.since()))
                .with("rate", Text.rate(agent.rate()))
                .with("kind", PageParts.kind(percent))
                .with("behind", behind(agent, percent))
                .with("sent", Text.count(agent.sent()))
                .with("waiting", Text.count(agent.waiting()))
                .with("look", agent.lost() > 0 ? "look" : "")
                .with("lost", Text.count(agent.lost()))
                .with("first", Text.count(agent.first()))
                .html();
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
            rows.add(0, row(gone, status));
        }
        return Html.of("""
                <section id="departed">
                <h2>Disconnected agents</h2>
                <table>
                <thead><tr><th>Agent</th><th>Left</th><th class="text">Reason</th><th>Waiting for it</th><th>Lost to it</th></tr></thead>
                <tbody>
                %s</tbody>
                </table>
                </section>
                """, Html.all(rows));
    }

    private static Html row(Status.Gone gone, Status status) {
        return Html.template("""
                <tr>
                <th scope="row">{name}<small>{address}</small></th>
                <td data-label="left" class="row">{time} ago<small>{at}</small></td>
                <td data-label="reason" class="text">{reason}</td>
                <td data-label="waiting">{waiting}{left}</td>
                <td data-label="lost" class="{look}">{lost}</td>
                </tr>
                """)
                .with("name", name(gone.agent().subject()))
                .with("address", gone.agent().address())
                .with("time", Text.duration(Duration.between(gone.agent().at(), status.at())))
                .with("at", PageParts.time(gone.agent().at()))
                .with("reason", PageParts.sentence(gone.agent().reason()))
                .with("waiting", Text.count(gone.waiting()))
                .with("left", left(gone))
                .with("look", gone.lost() > 0 ? "look" : "")
                .with("lost", Text.count(gone.lost()))
                .html();
    }

    private static Html left(Status.Gone gone) {
        return gone.lost() > 0 || gone.left().isEmpty()
                ? Html.NOTHING
                : Html.of(
                        "<small>none lost for %s</small>",
                        Text.about(gone.left().get()));
    }

    private static Html more(int rows) {
        return rows <= MOST_ROWS
                ? Html.NOTHING
                : Html.of(
                        "<p>And %s more: <a href=\"status\">status</a> lists them all.</p>\n",
                        Text.count(rows - MOST_ROWS));
    }

    /** Highlights the part of a name that distinguishes agents. */
    private static Html name(String subject) {
        Matcher parts = NAME.matcher(subject);
        return parts.matches()
                ? Html.of("<b>%s</b><span class=\"rest\">%s</span>", parts.group(1), parts.group(2))
                : Html.of("<b>%s</b>", subject);
    }
}
