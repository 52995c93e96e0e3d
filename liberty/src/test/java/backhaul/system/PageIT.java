package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The relay's page as a browser shows it: it agrees with {@code /status}. */
@Tag("shell")
class PageIT {
    private static final String AGENT = "page-agent";

    private static RelayServer relay;
    private static String url;
    private static Browser browser;

    private HandmadeAgent agent;
    private UdpSource host;

    @BeforeAll
    static void start() {
        Tool.require("chromium");
        relay = RelayServer.shared();
        url = "http://127.0.0.1:" + relay.setting("http.port") + "/";
        browser = new Browser("browser");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        agent = HandmadeAgent.connect(relay, Ca.shared().agent(AGENT));
        host = new UdpSource(relay);
        relay.awaitAgents(1);
        messages(3);
    }

    @AfterEach
    void leave() throws Exception {
        host.close();
        agent.close();
        relay.awaitAgents(0);
        // After all that it was shown: nothing was forbidden by its policy, missing or thrown.
        assertThat(browser.complaints()).isEmpty();
    }

    private void messages(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            host.send("<13>1 - www app - - - message " + i);
            assertThat(agent.next()).isNotNull();
        }
    }

    /** A number of our agent's row. */
    private static String shown(String key) {
        return browser.value(
                "[...document.querySelectorAll('#agents tbody tr')].find(row => row.textContent.includes('CN=" + AGENT
                        + ",'))?.querySelector('[data-key=" + key + "]').textContent");
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static boolean showsTheBooks() {
        Books books = relay.books();
        return shown("sent").equals(count(books.number(AGENT, "sent")))
                && shown("waiting").equals(count(books.number(AGENT, "waiting")))
                && shown("lost").equals(count(books.number(AGENT, "lost")))
                && shown("first").equals(count(books.number(AGENT, "first")))
                && browser.text("#numbers [data-key=received]").equals(count(books.number("received")))
                && browser.text("#numbers [data-key=dropped]").equals(count(books.number("dropped-by-kernel")))
                && browser.text("#agents [data-key=next]").equals(count(books.number("next")));
    }

    @Test
    void itIsCompleteWithoutJavaScriptAndComesAnewByItself() throws Exception {
        browser.scripts(false).screen(1280, 900).open(url);
        assertThat(showsTheBooks()).as(browser.text("main")).isTrue();
        assertThat(shown("sent")).isEqualTo("3");
        assertThat(browser.text("#state")).contains("1 agent connected");
        assertThat(browser.text("#certificates")).contains("CN=localhost", "Days left");
        assertThat(browser.text("#events")).contains("Agent connected: CN=" + AGENT);
        messages(2);
        Wait.until("the page shows 5 messages", () -> shown("sent").equals("5") && showsTheBooks());
    }

    @Test
    void itIsLiveWithJavaScript() throws Exception {
        browser.scripts(true).screen(1280, 900).open(url);
        browser.value("document.body.dataset.kept = 'yes'");
        messages(4);
        Wait.until("the page shows 7 messages", () -> shown("sent").equals("7") && showsTheBooks());
        assertThat(browser.value("document.title")).contains("1 agent, ").endsWith(" · Backhaul relay");
        agent.close();
        Wait.until(
                "the agent is among the departed",
                () -> browser.text("#departed").contains("CN=" + AGENT)
                        && shown("sent").isEmpty());
        assertThat(browser.value("document.body.dataset.kept"))
                .as("the page was not reloaded")
                .isEqualTo("yes");
        assertThat(browser.value("String(document.getElementById('stale').hidden)"))
                .isEqualTo("true");
    }

    @Test
    void itFitsOnAPhone() {
        browser.scripts(true).screen(390, 844).open(url);
        assertThat(browser.value("document.documentElement.scrollWidth + ' of ' + innerWidth"))
                .isEqualTo("390 of 390");
        assertThat(browser.value("getComputedStyle(document.querySelector('thead')).display"))
                .isEqualTo("none");
    }

    @Test
    void whatTheRelayHasNoMoreLeavesThePage() {
        browser.scripts(true).screen(1280, 900).open(url);
        browser.value(
                "document.querySelector('main').insertAdjacentHTML('beforeend', '<section id=former>x</section>')");
        Wait.until(
                "it is gone",
                Wait.START,
                () -> browser.value("document.getElementById('former') === null")
                        .equals("true"));
    }

    @Test
    void ofARelayThatCannotStartItSaysWhyUntilItCan() throws Exception {
        Path key = Build.scratch("page-key").resolve("relay.key");
        try (RelayServer broken =
                RelayServer.named("page-relay").with("relay.tls.key", key).start()) {
            Wait.until(
                    "it says why", Wait.START, () -> !broken.health().problem().isEmpty());
            browser.scripts(true).screen(1280, 900).open("http://localhost:" + broken.setting("http.port") + "/");
            assertThat(browser.text("#state")).contains("The relay does not run", "relay.tls.key", key.toString());
            assertThat(browser.text("#agents")).isEmpty();
            Files.copy(Ca.shared().relay().key(), key);
            Wait.until("the page shows a relay", () -> browser.text("#agents").contains("No agent is connected"));
            assertThat(browser.text("#events")).contains("Relay started", "Relay not started");
        }
    }
}
