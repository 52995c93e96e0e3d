package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agent and relay are killed, stopped and restarted while messages flow. */
@Tag("faults")
class ProcessFaultsIT {
    /** How long a process is stopped: longer than the silence that ends a connection. */
    private static final Duration OUTAGE = Lengths.of("backhaul.outage", Duration.ofSeconds(5));

    private static final int PER_SECOND = 20;

    private static Site site;

    @BeforeAll
    static void build() {
        site = Site.start("process");
    }

    @AfterAll
    static void remove() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void anAgentThatIsKilledRepeatsOneSecondAtMost() {
        try (HomeStream stream = site.stream("killed", PER_SECOND)) {
            stream.feed.goOnFor(Duration.ofSeconds(2));
            stream.agent.process().signal("KILL");
            stream.agent.process().awaitExit(Wait.SOON);
            stream.feed.goOnFor(Duration.ofSeconds(1));
            stream.agent.start();
            stream.flows(Wait.SOON);
            stream.end();
            System.out.println("Agent killed: " + stream.ledger.repeated() + " messages twice");
            assertThat(stream.ledger.holes()).isEmpty();
            // The position is saved every second, a little later on a busy machine.
            assertThat(stream.ledger.repeated()).as("twice").isLessThanOrEqualTo(PER_SECOND * 3 / 2);
        }
    }

    @Test
    void anAgentThatIsStoppedAndContinuedLosesNothing() {
        try (HomeStream stream = site.stream("paused", PER_SECOND)) {
            stream.agent.process().signal("STOP");
            stream.feed.goOnFor(OUTAGE);
            stream.agent.process().signal("CONT");
            stream.expectRecovery(OUTAGE);
        }
    }

    @Test
    void anAgentThatIsRestartedLosesAndRepeatsNothing() {
        try (HomeStream stream = site.stream("restarted", PER_SECOND)) {
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
        try (HomeStream stream = site.stream("relay-killed", PER_SECOND)) {
            stream.feed.goOnFor(Duration.ofSeconds(1));
            site.relay.process().signal("KILL");
            site.relay.process().awaitExit(Wait.SOON);
            expectAllOfTheNewRelay(stream);
        }
    }

    @Test
    void aServerThatIsStoppedAndStartedGoesOnWithWhatItReceivesFromThenOn() {
        try (HomeStream stream = site.stream("server-stopped", PER_SECOND)) {
            stream.feed.goOnFor(Duration.ofSeconds(1));
            site.relay.stop();
            expectAllOfTheNewRelay(stream);
        }
    }

    /**
     * Messages that nobody received are missing in one place, where a notice is; all that the new relay received are
     * there.
     */
    private static void expectAllOfTheNewRelay(HomeStream stream) {
        int end = stream.ledger.next();
        site.relay.up();
        stream.flows(Duration.ofSeconds(40)); // the agent waits up to 30 s between attempts
        int fed = stream.end();
        assertThat(stream.ledger.repeated()).isZero();
        assertThat(stream.ledger.holes()).as("%s", stream.ledger).hasSize(1);
        Ledger.Hole hole = stream.ledger.holes().get(0);
        assertThat(hole.at()).isGreaterThanOrEqualTo(end);
        assertThat(fed - hole.at() - hole.missing())
                .as("messages after the hole at home")
                .isEqualTo(site.relay.books().number("received"));
        assertThat(stream.ledger.notices()).anyMatch(text -> text.contains("was restarted"));
    }
}
