package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An agent at home with its collector, and messages that flow to it from the public host's syslog daemon. */
final class HomeStream implements AutoCloseable {
    final String name;
    final Ledger ledger;
    final Home home;
    final AgentProcess agent;
    final Feed feed;
    private final RelayServer relay;
    private final long received; // by the relay, before the first message

    /** Everything is up and the first messages have come home. */
    HomeStream(Site site, String name, int perSecond) {
        this(site, name, perSecond, List.of("--relay", site.relay.address(), "--connect-timeout", "2s"), List.of());
    }

    /** The same with a relay and a limit for connecting given by {@code options}, on a virtual machine with options too. */
    HomeStream(Site site, String name, int perSecond, List<String> options, List<String> machineOptions) {
        this.name = name;
        relay = site.relay;
        ledger = new Ledger(name);
        Namespace at = site.network.home();
        home = Home.start(name, at, ledger);
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--state", "%STATE%"));
        agent = AgentProcess.start(name, at, machineOptions, all, home.port());
        agent.process().awaitLog("Connected to");
        Wait.until("agent " + name + " is connected", () -> relay.books().has(name));
        received = relay.books().number("received");
        feed = Feed.start(site.host, name, perSecond);
        flows(Wait.SOON);
    }

    /** Waits until a message that is sent only now is home; returns how long that took. */
    Duration flows(Duration limit) {
        long begin = System.nanoTime();
        try {
            ledger.await(feed.fed(), limit);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nagent: " + agent.log() + "\nrelay: " + relay.log(), e);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** The relay's numbers balance; while messages flow they may need a second look. */
    void expectBalance() {
        Wait.until("the books balance: " + relay.books(), () -> relay.books().balance(name));
    }

    /** Ends the feed and waits for the last message; returns the number of messages. */
    int end() {
        int fed = feed.stop();
        ledger.await(fed - 1, Wait.SOON);
        ledger.expectNothingForeign();
        expectBalance();
        Wait.until("nothing waits", () -> relay.books().number(name, "waiting") == 0);
        assertThat(home.drops()).as("dropped by the kernel at the collector").isZero();
        return fed;
    }

    /** Ends the feed: all of it is home, each once and in order, and the relay's numbers agree. */
    void expectNothingLostOrRepeated() {
        int fed = end();
        ledger.expectAll(fed, Wait.SOON);
        assertThat(relay.books().number("received") - received)
                .as("received by the relay")
                .isEqualTo(fed);
        assertThat(relay.books().number(name, "lost")).isZero();
    }

    /**
     * After an outage of this length messages flow again, and none is missing. Meanwhile the agent waits between its
     * attempts, up to 4 s if the outage was short and 30 s at most; an attempt takes 2 s at most.
     */
    void expectRecovery(Duration outage) {
        Duration took = flows(Duration.ofSeconds(outage.toSeconds() < 15 ? 12 : 35));
        System.out.println(name + ": recovered after " + took.toMillis() + " ms");
        expectNothingLostOrRepeated();
        assertThat(ledger.notices("LOST")).isEmpty();
    }

    @Override
    public void close() {
        feed.close();
        agent.close();
        home.close();
        Wait.until("agent " + name + " is gone", () -> !relay.books().has(name));
    }
}
