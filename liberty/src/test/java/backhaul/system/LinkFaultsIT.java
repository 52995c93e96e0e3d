package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The path between home and host breaks, and the one to the collector, while messages flow. */
@Tag("faults")
class LinkFaultsIT {
    /** How long it is broken: longer than the silence that ends a connection. */
    private static final Duration OUTAGE = Lengths.of("backhaul.outage", Duration.ofSeconds(5));

    private static final Duration COLLECTOR_OUTAGE = Lengths.of("backhaul.collector-outage", Duration.ofSeconds(5));

    private static Site site;

    @BeforeAll
    static void build() {
        site = Site.start("link");
    }

    @AfterAll
    static void remove() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void whatIsDroppedOnTheWayFromHomeIsMadeUpFor() {
        try (HomeStream stream = site.stream("drop-from-home", 20)) {
            site.network.dropFromHome();
            stream.feed.goOnFor(OUTAGE);
            site.network.dropNothing();
            stream.expectRecovery(OUTAGE);
        }
    }

    @Test
    void whatIsDroppedOnTheWayToTheHomeIsMadeUpFor() {
        try (HomeStream stream = site.stream("drop-to-home", 20)) {
            site.network.dropToHome();
            stream.feed.goOnFor(OUTAGE);
            site.network.dropNothing();
            stream.expectRecovery(OUTAGE);
        }
    }

    @Test
    void aCableThatWasOutLosesNothing() {
        try (HomeStream stream = site.stream("cable", 20)) {
            site.network.unplug();
            stream.feed.goOnFor(OUTAGE);
            site.network.plug();
            stream.expectRecovery(OUTAGE);
        }
    }

    @Test
    void aLinkThatFlapsLosesNothing() {
        try (HomeStream stream = site.stream("flapping", 20)) {
            for (int i = 1; i <= 6; i++) {
                site.network.unplug();
                stream.feed.goOnFor(OUTAGE.dividedBy(30).multipliedBy(i)); // the last one for a fifth of it
                site.network.plug();
                stream.feed.goOnFor(Duration.ofMillis(300));
            }
            stream.expectRecovery(OUTAGE);
        }
    }

    @Test
    void aCollectorThatIsDownAt2000MessagesASecondGetsEverything() {
        try (HomeStream stream = site.stream("collector", 2000)) {
            site.network.refuse(stream.home.port());
            stream.feed.goOnFor(COLLECTOR_OUTAGE);
            site.network.refuseNothing();
            stream.expectRecovery(COLLECTOR_OUTAGE);
            assertThat(stream.ledger.notices("OUTAGE"))
                    .singleElement()
                    .asString()
                    .contains("; 0 messages lost");
        }
    }
}
