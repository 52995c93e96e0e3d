package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The home's addresses change while messages flow. */
@Tag("faults")
class AddressFaultsIT {
    /** From the fault to the first message behind it, where a new connection can be made at once. */
    private static final Duration RECOVERED = Site.SILENCE.plusSeconds(2);

    private static Site site;

    @BeforeAll
    static void build() {
        site = Site.start("address");
    }

    @AfterAll
    static void remove() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void anotherPublicAddressIsOverWithinThreeSilentIntervalsAnd2SecondsTenTimesInARow() {
        try (HomeStream stream = site.stream("public-address", 20)) {
            for (int time = 1; time <= 10; time++) {
                // So long a connection has to last, silence included, for the next back-off to be the shortest: 5 s.
                stream.feed.goOnFor(Duration.ofMillis(2200));
                site.network.changePublicAddress();
                Duration took = stream.flows(RECOVERED);
                System.out.println(
                        "Public address changed, time " + time + ": recovered after " + took.toMillis() + " ms");
                stream.expectBalance();
            }
            stream.expectNothingLostOrRepeated();
            assertThat(stream.ledger.notices("OUTAGE"))
                    .hasSize(10)
                    .allMatch(text -> text.contains("; 0 messages lost"));
        }
    }

    @Test
    void anAddressOfTheRelaysNameThatIsDeadIsNotWaitedForAgain() throws IOException {
        Path hosts = Files.writeString(
                Build.scratch("two-addresses").resolve("hosts"),
                Network.DEAD + " " + Network.NAME + "\n" + Network.HOST + " " + Network.NAME + "\n");
        List<String> relay = List.of("--relay", site.relay.address().replace(Network.HOST, Network.NAME));
        try (HomeStream stream =
                new HomeStream(site, "two-addresses", 20, relay, List.of("-Djdk.net.hosts.file=" + hosts))) {
            stream.feed.goOnFor(Duration.ofSeconds(5));
            site.network.changePublicAddress();
            Duration took = stream.flows(RECOVERED); // the limit for connecting is 10 s
            System.out.println("Public address changed, one of two dead: recovered after " + took.toMillis() + " ms");
            stream.expectNothingLostOrRepeated();
        }
    }

    @Test
    void anotherAddressOfTheHomeMachineIsNoticedBeforeTheSilence() {
        try (HomeStream stream = site.stream("home-address", 20)) {
            stream.feed.goOnFor(Duration.ofSeconds(1));
            site.network.changeHomeAddress();
            Duration took = stream.flows(RECOVERED);
            System.out.println("Home address changed: recovered after " + took.toMillis() + " ms");
            stream.agent.process().awaitLog("has lost the address");
            stream.expectNothingLostOrRepeated();
        }
    }
}
