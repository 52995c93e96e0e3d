package backhaul.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The path to a collector on another machine breaks while messages flow. */
@Tag("faults")
class CollectorFaultsIT {
    /** Silence of the collector's machine, and a heartbeat or two until it is looked for. */
    private static final Duration VANISHED = Duration.ofSeconds(30);

    private static final int PER_SECOND = 20;

    private static Site site;

    private Nas nas;

    @BeforeAll
    static void build() {
        site = Site.start("collector");
    }

    @AfterAll
    static void remove() {
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void plug() {
        nas = Nas.plugInto(site.network.home());
    }

    @AfterEach
    void unplug() {
        if (nas != null) {
            nas.close();
        }
    }

    @Test
    void whatACollectorByTcpThatHasVanishedDidNotGetIsLeftToTheNextRun() {
        Ledger ledger = new Ledger("tcp-restart");
        nas.collect(false, ledger);
        try (AgentProcess agent = agent("tcp-restart", Map.of(), "tcp://" + Nas.ADDRESS + ":" + nas.port());
                Feed feed = feed("tcp-restart", ledger)) {
            nas.vanish(Nas.ADDRESS);
            feed.goOnFor(Duration.ofSeconds(2));
            int fed = feed.stop();
            awaitSent("tcp-restart");
            agent.process().terminate();
            assertThat(agent.process().awaitExit(Wait.SOON)).isZero();
            assertThat(agent.log()).containsPattern("\\d+ messages not taken by the collector: left to the next run");
            nas.comeBack();
            agent.start();
            ledger.await(fed - 1, Wait.SOON);
            assertThat(ledger.holes()).as("%s; %s", ledger, agent.log()).isEmpty();
            ledger.expectNothingForeign();
        }
    }

    @Test
    void aCollectorByTcpThatHasVanishedIsFoundAndGetsEverythingWhenItIsBack() {
        Ledger ledger = new Ledger("tcp-vanished");
        nas.collect(false, ledger);
        try (AgentProcess agent = agent("tcp-vanished", Map.of(), "tcp://" + Nas.ADDRESS + ":" + nas.port());
                Feed feed = feed("tcp-vanished", ledger)) {
            nas.vanish(Nas.ADDRESS);
            agent.process().awaitLog("is dead, nothing has been acknowledged for 15 s: ", 0, VANISHED);
            nas.comeBack();
            ledger.await(feed.fed(), VANISHED);
            int fed = feed.stop();
            ledger.await(fed - 1, Wait.SOON);
            assertThat(ledger.holes()).as("%s; %s", ledger, agent.log()).isEmpty();
            System.out.println("TCP collector vanished: " + ledger.repeated() + " of " + fed + " messages came twice");
        }
    }

    @Test
    void aCollectorByUdpThatHasAnotherAddressIsFollowedAndWhatMayBeMissingIsCounted() {
        Ledger ledger = new Ledger("udp-moved");
        nas.collect(false, ledger);
        try (AgentProcess agent = agent("udp-moved", Map.of(), "nas:" + nas.port());
                Feed feed = feed("udp-moved", ledger)) {
            nas.vanish(Nas.ADDRESS);
            nas.isAt(Nas.OTHER_ADDRESS);
            String line = agent.process()
                    .awaitLog("has another address, " + Nas.OTHER_ADDRESS + " and not " + Nas.ADDRESS, 0, Wait.SOON);
            ledger.await(feed.fed(), Wait.SOON);
            int fed = feed.stop();
            ledger.await(fed - 1, Wait.SOON);
            Matcher said = Pattern.compile("of the (\\d+) messages sent").matcher(line);
            assertThat(said.find()).as(line).isTrue();
            assertThat(ledger.holes()).as("%s", ledger).hasSizeLessThanOrEqualTo(1);
            assertThat(ledger.holes()).allMatch(hole -> hole.missing() <= Integer.parseInt(said.group(1)));
            assertThat(ledger.repeated()).isZero();
        }
    }

    @Test
    void aMessageTooLongForARouterAndTheOneBehindItArriveInAnyLanguage() {
        Received received = new Received();
        nas.collect(true, received);
        try (AgentProcess agent = agent("udp-mtu", LanguagesIT.speaking("tr_TR"), Nas.FAR + ":" + nas.port())) {
            int expected = 0;
            for (int trial = 0; trial < 4; trial++) {
                site.network.home().ip("route flush cache"); // the path's MTU is not known any more
                site.host.log(List.of(message("long-" + trial, 1450), message("short-" + trial, 150)));
                expected += 2;
                await(received, expected, agent);
            }
            // A heartbeat comes between, and is the one to be told of it.
            site.network.home().ip("route flush cache");
            site.host.log(List.of(message("long-last", 1450)));
            await(received, expected + 1, agent);
            assertThat(names(received))
                    .containsExactly(
                            "long-0",
                            "short-0",
                            "long-1",
                            "short-1",
                            "long-2",
                            "short-2",
                            "long-3",
                            "short-3",
                            "long-last");
            assertThat(nas.complaints()).as("of five whose path was unknown").isEqualTo(5);

            // Several were on their way when the first answer came.
            site.network.home().ip("route flush cache");
            List<String> names =
                    IntStream.range(0, 8).mapToObj(i -> "burst-" + i).toList();
            site.host.log(names.stream().map(name -> message(name, 1450)).toList());
            try {
                Wait.until("the burst", () -> names(received).containsAll(names));
            } catch (RuntimeException e) {
                throw new AssertionError(e.getMessage() + ": " + names(received), e);
            }
            assertThat(agent.log()).doesNotContain("dropped", "Disconnected");
        }
    }

    private static List<String> names(Received received) {
        return received.messages().stream()
                .map(octets -> new String(octets, UTF_8).replaceAll("^.* (\\S+) x*$", "$1"))
                .toList();
    }

    private static void await(Received received, int count, AgentProcess agent) {
        try {
            Wait.until(count + " messages", () -> received.count() >= count);
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + ": " + received.count() + "\n" + agent.log(), e);
        }
    }

    private static AgentProcess agent(String name, Map<String, String> environment, String collector) {
        AgentProcess agent = AgentProcess.start(
                name,
                site.network.home(),
                environment,
                List.of("--connect-timeout", "2s", "--state", "%STATE%"),
                collector,
                site.relay);
        agent.process().awaitLog("Connected to");
        Wait.until("agent " + name + " is connected", () -> site.relay.books().has(name));
        return agent;
    }

    private static Feed feed(String stream, Ledger ledger) {
        Feed feed = Feed.start(site.host, stream, PER_SECOND);
        ledger.await(PER_SECOND, Wait.SOON);
        return feed;
    }

    private static void awaitSent(String agent) {
        Wait.until("nothing waits", () -> site.relay.books().number(agent, "waiting") == 0);
    }

    private static String message(String name, int length) {
        String text = "<13>1 2026-11-23T10:15:00.000000Z www.example mtu 42 - - " + name + " ";
        return text + "x".repeat(length - text.length());
    }
}
