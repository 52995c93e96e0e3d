package backhaul.relay.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page; it can be looked at in {@code target/status-page} after the test. */
class StatusPageTest {
    private static final Path FOLDER = Path.of("target", "status-page");
    private static final Map<String, String> PAGES = new TreeMap<>();

    @BeforeAll
    static void draw() throws IOException {
        PAGES.put("calm", StatusPage.of(StatusSamples.calm()).markup());
        PAGES.put("busy", StatusPage.of(StatusSamples.busy()).markup());
        PAGES.put("picture", StatusPage.of(StatusSamples.picture()).markup());
        PAGES.put("hostile", StatusPage.of(StatusSamples.hostile()).markup());
        PAGES.put("not-running", notRunning().markup());
        Files.createDirectories(FOLDER);
        for (String file : List.of("status.css", "status.js", "icon.svg")) {
            try (InputStream stream = StatusPage.class.getResourceAsStream(file)) {
                Files.copy(stream, FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            Files.writeString(FOLDER.resolve(page.getKey() + ".html"), page.getValue());
        }
    }

    private static Html notRunning() {
        return StatusPage.of(
                "relay.tls.cert is not set: give it the PEM file with the relay's certificate",
                List.of(new Events.Event(0, StatusSamples.NOW, Level.ERROR, "Relay not started")));
    }

    @Test
    void itNeedsNothingFromElsewhereAndNothingThatItsPolicyForbids() {
        PAGES.forEach((name, page) -> {
            assertThat(Pattern.compile("(?:href|src)=\"([^\"]*)\"")
                            .matcher(page)
                            .results())
                    .as(name)
                    .hasSizeGreaterThan(5)
                    .allMatch(link -> link.group(1).matches("[a-z]+(\\.css|\\.js|\\.svg)?|/health/ready"));
            assertThat(page)
                    .as(name)
                    .doesNotContain("style=", "<style", "http:", "https:")
                    .doesNotContainPattern("<[^>]*\\son\\w+=");
        });
        assertThat(Pattern.compile("<script").matcher(PAGES.get("busy")).results())
                .hasSize(1);
    }

    @Test
    void whatComesFromOthersIsTextOnly() {
        String page = PAGES.get("hostile");
        assertThat(page)
                .contains(
                        "CN=&lt;script&gt;alert(1)&lt;/script&gt;",
                        "O=&quot;&gt;&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&amp;")
                .contains(
                        "&lt;/li&gt;&lt;script&gt;alert(3)",
                        "bye &lt;b&gt;",
                        "&lt;i&gt;line&lt;/i&gt; &quot;&#39;&amp;");
        // Nothing of it has become a tag: they are those of a page without it.
        assertThat(tags(page)).isSubsetOf(tags(PAGES.get("busy")));
    }

    private static List<String> tags(String page) {
        return Pattern.compile("<[a-zA-Z]+")
                .matcher(page)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }

    private static List<String> headings(String page) {
        return Pattern.compile("<h2>(.*?)</h2>")
                .matcher(page)
                .results()
                .map(heading -> heading.group(1))
                .toList();
    }

    @Test
    void everyTagIsClosed() {
        List<String> alone = List.of("meta", "link", "path");
        PAGES.forEach((name, page) -> {
            ArrayDeque<String> open = new ArrayDeque<>();
            Pattern.compile("<(/?)([a-z][a-z0-9]*)[^>]*?(/?)>")
                    .matcher(page)
                    .results()
                    .forEach(tag -> {
                        if (!tag.group(1).isEmpty()) {
                            assertThat(open.poll())
                                    .as("%s: what </%s> closes", name, tag.group(2))
                                    .isEqualTo(tag.group(2));
                        } else if (!alone.contains(tag.group(2))) {
                            open.push(tag.group(2));
                        }
                    });
            assertThat(open).as(name).isEmpty();
        });
    }

    @Test
    void itShowsTheStatus() {
        assertThat(PAGES.get("busy"))
                .contains("<title>! 4 agents, 1,089/s · Backhaul relay</title>")
                .contains("<dd data-key=\"received\">48,213,901</dd>", "<dd data-key=\"dropped\">1,204</dd>")
                .contains("<b>CN=laptop</b><span class=\"rest\">,O=Example,ST=FL,C=US</span>")
                .contains("<td data-label=\"waiting\" data-key=\"waiting\">61,220</td>", "59 % of the ring")
                .contains("it said goodbye: collector nobody listens on 127.0.0.1:514", "none lost for about 74 s")
                .contains("about 2 min at the rate of the last minute", "103,998 messages of the last 1 min 57 s")
                .contains("no TLS 1.3, or no certificate that we trust</th><td class=\"text\" data-key=\"tls\">1,302<")
                .contains("class=\"missed\"");
        assertThat(headings(PAGES.get("busy")))
                .containsExactly(
                        "4 agents connected",
                        "Messages a second",
                        "Agents",
                        "Disconnected agents",
                        "Ring of the newest messages",
                        "Connections",
                        "Certificates",
                        "From its log");
        assertThat(PAGES.get("calm"))
                .contains("<section id=\"state\" class=\"well\">\n<h2>All is well: 1 agent connected</h2>")
                .doesNotContain("class=\"missed\"");
    }

    /** A hyphen between digits is a place to break a line for browsers. */
    @Test
    void noDateCanBeBrokenInTwo() {
        PAGES.forEach((name, page) -> {
            String without = page.replaceAll("<time[^>]*>[^<]*</time>", "");
            assertThat(without).as(name).doesNotContainPattern("\\d{4}-\\d\\d-\\d\\d");
        });
        assertThat(PAGES.get("busy")).contains("valid until <time>2029-02-25</time>), agents issued");
        assertThat(PageParts.sentence("from 2026-11-24 10:15:03 +00:00 to 2026-11-24T10:15:03.5Z <b>")
                        .markup())
                .isEqualTo("from <time>2026-11-24 10:15:03 +00:00</time> to <time>2026-11-24T10:15:03.5Z</time>"
                        + " &lt;b&gt;");
    }

    @Test
    void theBooksAreASumThatIsRight() {
        for (Status status : List.of(StatusSamples.calm(), StatusSamples.busy(), StatusSamples.picture())) {
            assertThat(status.agents())
                    .allMatch(agent -> agent.first() + agent.sent() + agent.waiting() + agent.lost()
                            == status.counts().next());
        }
        assertThat(PAGES.get("busy"))
                .contains("Began with + Sent + Waiting + Lost is <b data-key=\"next\">48,213,904</b>, the number of the"
                        + " next message.");
    }

    @Test
    void aRelayThatDoesNotRunSaysWhy() {
        assertThat(PAGES.get("not-running"))
                .contains("<title>✗ The relay does not run", "relay.tls.cert is not set: give it", "Relay not started")
                .doesNotContain("Agents");
    }

    @Test
    void aPageOfThousandsOfAgentsStaysSmall() {
        Status busy = StatusSamples.busy();
        List<Status.Connected> many = Collections.nCopies(3_000, busy.agents().get(0));
        Status crowd = StatusSamples.with(busy, many);
        assertThat(StatusPage.of(crowd).markup()).contains("And 2,800 more").hasSizeLessThan(300_000);
    }

    @Test
    void theScaleOfThePictureHasRoundNumbers() {
        assertThat(new double[] {
                    RatePlot.roundUp(0),
                    RatePlot.roundUp(1.2),
                    RatePlot.roundUp(2.1),
                    RatePlot.roundUp(5.5),
                    RatePlot.roundUp(20_001)
                })
                .containsExactly(1, 2, 5, 10, 50_000);
    }

    @Test
    void thePictureOfAYoungRelayIsAtTheRight() {
        String plot = RatePlot.of(StatusSamples.trend(20, second -> 50, 0, 0).course())
                .markup();
        assertThat(plot).contains("d=\"M176 0.0h1L177 0.0h1L178 0.0h1L179 0.0h1V100H176Z\"");
        assertThat(RatePlot.of(List.of()).markup())
                .contains("<span>now</span>")
                .doesNotContain("NaN", "class=\"line\"");
    }
}
