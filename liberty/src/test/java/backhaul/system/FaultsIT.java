package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a home connection can do to a stream of messages, in network namespaces: a real syslog daemon on the public host
 * gets 20 messages a second all the while, and what comes home is held against what was sent.
 */
@Tag("faults")
class FaultsIT {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** Of silence, after which either side gives a connection up. */
    private static final Duration SILENCE = HEARTBEAT.multipliedBy(3);

    /** From the fault to the first message behind it, where a new connection can be made at once. */
    private static final Duration RECOVERED = SILENCE.plusSeconds(2);

    /** How long a cable is out; {@code -Dbackhaul.outage=60s} for the long run. */
    private static final Duration OUTAGE = Lengths.of("backhaul.outage", Duration.ofSeconds(8));

    private static final int PER_SECOND = 20;

    private static Network network;
    private static RelayServer relay;
    private static RsyslogHost host;

    @BeforeAll
    static void build() {
        network = Network.create();
        relay = RelayServer.named("faults-relay")
                .in(network.host(), Network.HOST)
                .with("relay.heartbeat", HEARTBEAT.toMillis() + "ms")
                .start()
                .ready();
        host = RsyslogHost.start("faults-host", relay);
    }

    @AfterAll
    static void remove() {
        if (network != null) {
            try {
                host.close();
                relay.close();
            } finally {
                network.close();
            }
        }
    }

    private static HomeStream stream(String name) {
        return new HomeStream(network, relay, host, name, PER_SECOND);
    }

    @Test
    void anotherPublicAddressIsOverWithinThreeSilentIntervalsAnd2SecondsTenTimesInARow() {
        try (HomeStream stream = stream("public-address")) {
            for (int time = 1; time <= 10; time++) {
                // So long a connection has to last, silence included, for the next back-off to be the shortest: 5 s.
                stream.feed.goOnFor(Duration.ofMillis(2200));
                network.changePublicAddress();
                Duration took = stream.flows(RECOVERED);
                System.out.println(
                        "Public address changed, time " + time + ": recovered after " + took.toMillis() + " ms");
                Wait.until("the books balance", () -> relay.books().balance("public-address"));
            }
            stream.expectNothingLostOrRepeated();
            assertThat(stream.ledger.notices("OUTAGE"))
                    .hasSize(10)
                    .allMatch(text -> text.contains("; 0 messages lost"));
        }
    }

    @Test
    void whatIsDroppedOnTheWayFromHomeIsMadeUpFor() {
        try (HomeStream stream = stream("drop-from-home")) {
            network.dropFromHome();
            stream.feed.goOnFor(OUTAGE);
            network.dropNothing();
            recovered(stream);
        }
    }

    @Test
    void whatIsDroppedOnTheWayToTheHomeIsMadeUpFor() {
        try (HomeStream stream = stream("drop-to-home")) {
            network.dropToHome();
            stream.feed.goOnFor(OUTAGE);
            network.dropNothing();
            recovered(stream);
        }
    }

    @Test
    void aCableThatWasOutLosesNothing() {
        try (HomeStream stream = stream("cable")) {
            network.unplug();
            stream.feed.goOnFor(OUTAGE);
            network.plug();
            recovered(stream);
        }
    }

    @Test
    void aLinkThatFlapsLosesNothing() {
        try (HomeStream stream = stream("flapping")) {
            for (int i = 1; i <= 8; i++) {
                network.unplug();
                stream.feed.goOnFor(Duration.ofMillis(150L * i));
                network.plug();
                stream.feed.goOnFor(Duration.ofMillis(300));
            }
            recovered(stream);
        }
    }

    @Test
    void anotherAddressOfTheHomeMachineIsNoticedBeforeTheSilence() {
        try (HomeStream stream = stream("home-address")) {
            stream.feed.goOnFor(Duration.ofSeconds(1));
            network.changeHomeAddress();
            Duration took = stream.flows(RECOVERED);
            System.out.println("Home address changed: recovered after " + took.toMillis() + " ms");
            stream.agent.process().awaitLog("has lost the address");
            stream.expectNothingLostOrRepeated();
        }
    }

    @Test
    void anAgentThatIsKilledRepeatsOneSecondAtMost() {
        try (HomeStream stream = stream("killed")) {
            stream.feed.goOnFor(Duration.ofSeconds(3));
            stream.agent.process().signal("KILL");
            stream.agent.process().awaitExit(Wait.SOON);
            stream.feed.goOnFor(Duration.ofSeconds(1));
            stream.agent.start();
            stream.flows(Wait.SOON);
            int fed = stream.feed.stop();
            stream.ledger.await(fed - 1, Wait.SOON);
            System.out.println("Agent killed: " + stream.ledger.repeated() + " messages twice");
            assertThat(stream.ledger.holes()).isEmpty();
            assertThat(stream.ledger.repeated()).as("twice").isLessThanOrEqualTo(PER_SECOND);
            Wait.until("the books balance", () -> relay.books().balance("killed"));
        }
    }

    @Test
    void anAgentThatIsStoppedAndContinuedLosesNothing() {
        try (HomeStream stream = stream("paused")) {
            stream.agent.process().signal("STOP");
            stream.feed.goOnFor(SILENCE.plus(OUTAGE.dividedBy(2)));
            stream.agent.process().signal("CONT");
            recovered(stream);
        }
    }

    @Test
    void anAgentThatIsRestartedLosesAndRepeatsNothing() {
        try (HomeStream stream = stream("restarted")) {
            for (int i = 0; i < 2; i++) {
                stream.agent.process().terminate();
                assertThat(stream.agent.process().awaitExit(Wait.SOON)).isZero();
                stream.feed.goOnFor(Duration.ofMillis(500));
                stream.agent.start();
                stream.flows(Wait.SOON);
            }
            stream.expectNothingLostOrRepeated();
        }
    }

    @Test
    void aRelayThatIsKilledGoesOnWithWhatItReceivesFromThenOn() {
        try (HomeStream stream = stream("relay-killed")) {
            stream.feed.goOnFor(Duration.ofSeconds(1));
            relay.process().signal("KILL");
            relay.process().awaitExit(Wait.SOON);
            restartedRelay(stream);
        }
    }

    @Test
    void aServerThatIsStoppedAndStartedGoesOnWithWhatItReceivesFromThenOn() {
        try (HomeStream stream = stream("server-stopped")) {
            stream.feed.goOnFor(Duration.ofSeconds(1));
            relay.stop();
            restartedRelay(stream);
        }
    }

    /** What nobody received is missing in one place, where a notice is; all that the new relay received is there. */
    private static void restartedRelay(HomeStream stream) {
        int end = stream.ledger.next();
        relay.start().ready();
        stream.flows(Duration.ofSeconds(40)); // the agent waits up to 30 s between attempts
        int fed = stream.feed.stop();
        stream.ledger.await(fed - 1, Wait.SOON);
        assertThat(stream.ledger.repeated()).isZero();
        assertThat(stream.ledger.holes()).as("%s", stream.ledger).hasSize(1);
        Ledger.Hole hole = stream.ledger.holes().get(0);
        assertThat(hole.at()).isGreaterThanOrEqualTo(end);
        Wait.until("the books balance", () -> relay.books().balance(stream.name));
        assertThat(fed - hole.at() - hole.missing())
                .as("messages after the hole at home")
                .isEqualTo(relay.books().number("received"));
        assertThat(stream.ledger.notices()).anyMatch(text -> text.contains("was restarted"));
    }

    /** The agent waits up to 4 s between attempts after an outage of 8 s, one takes 2 s at most. */
    private static void recovered(HomeStream stream) {
        Duration took = stream.flows(Duration.ofSeconds(OUTAGE.toSeconds() < 15 ? 12 : 35));
        System.out.println(stream.name + ": recovered after " + took.toMillis() + " ms");
        stream.expectNothingLostOrRepeated();
        assertThat(stream.ledger.notices("LOST")).isEmpty();
    }

    @Test
    void aCollectorThatIsDownAt2000MessagesASecondGetsEverything() {
        try (HomeStream stream = new HomeStream(network, relay, host, "collector", 2000)) {
            network.refuse(stream.home.port());
            stream.feed.goOnFor(Lengths.of("backhaul.collector-outage", Duration.ofSeconds(6)));
            network.refuseNothing();
            stream.flows(Wait.SOON);
            stream.expectNothingLostOrRepeated();
        }
    }
}
