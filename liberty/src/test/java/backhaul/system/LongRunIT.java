package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 5,000 messages a second and a fault every few seconds, in random order and for random times; every kind once at
 * least. It is short where all tests run; the long one, of ten minutes, is
 *
 * <pre>
 * mvn verify -Dit.test=LongRunIT -Dfailsafe.failIfNoSpecifiedTests=false \
 *     -Dbackhaul.long-run=10m -Dbackhaul.fault-every=20s [-Dbackhaul.seed=NUMBER]
 * </pre>
 *
 * <p>The relay itself stays up: messages that its host sends while there is no relay reach nobody and are not counted.
 * {@link ProcessFaultsIT} restarts it.
 */
@Tag("faults")
class LongRunIT {
    private static final Duration LENGTH = Lengths.of("backhaul.long-run", Duration.ofSeconds(45));
    private static final Duration EVERY = Lengths.of("backhaul.fault-every", Duration.ofSeconds(5));
    private static final int PER_SECOND = 5000;

    private enum Fault {
        PUBLIC_ADDRESS,
        HOME_ADDRESS,
        DROP_FROM_HOME,
        DROP_TO_HOME,
        CABLE,
        FLAPPING,
        AGENT_PAUSED,
        AGENT_RESTARTED,
        AGENT_KILLED,
        COLLECTOR_AWAY
    }

    @Test
    @Timeout(3600)
    void theBooksBalanceWhateverFails() {
        long seed = Long.getLong("backhaul.seed", System.nanoTime());
        System.out.println("Long run of " + LENGTH + " with a fault every " + EVERY + ", -Dbackhaul.seed=" + seed);
        Random random = new Random(seed);
        try (Site site = Site.start("long-run");
                HomeStream stream = site.stream("long-run", PER_SECOND)) {
            long mayRepeat = 0;
            int faults = 0;
            long begin = System.nanoTime();
            List<Fault> deck = new ArrayList<>();
            while (faults < Fault.values().length || System.nanoTime() - begin < LENGTH.toNanos()) {
                if (deck.isEmpty()) {
                    deck.addAll(List.of(Fault.values()));
                    Collections.shuffle(deck, random);
                }
                Fault fault = deck.remove(deck.size() - 1);
                Duration length = Duration.ofMillis(200 + random.nextInt((int) Math.min(6000, EVERY.toMillis())));
                // Messages of the last second before a kill may come twice; a busy machine saves the position late.
                boolean kill = fault == Fault.AGENT_KILLED;
                Duration before = Duration.ofMillis(kill ? 2000 : random.nextInt(1000));
                long came = stream.ledger.count();
                stream.feed.goOnFor(before);
                long repeated = stream.ledger.repeated();
                long failed = System.nanoTime();
                happen(fault, length, site.network, stream);
                mayRepeat += kill ? stream.ledger.count() - came : 0;
                Duration took = stream.flows(Duration.ofSeconds(30));
                stream.expectBalance();
                faults++;
                System.out.println(fault + " for " + length.toMillis() + " ms: flows again after " + took.toMillis()
                        + " ms; " + (stream.ledger.repeated() - repeated) + " twice, "
                        + stream.ledger.holes().size()
                        + " holes, " + stream.home.drops() + " dropped at home");
                stream.feed.goOnFor(EVERY.minusNanos(Math.min(EVERY.toNanos(), System.nanoTime() - failed)));
            }
            int fed = stream.end();
            long missing = stream.ledger.holes().stream()
                    .mapToLong(Ledger.Hole::missing)
                    .sum();
            System.out.println(faults + " faults, " + fed + " messages: " + stream.ledger.count() + " came, "
                    + stream.ledger.repeated() + " of them twice, " + missing + " missing in "
                    + stream.ledger.holes().size() + " places");
            Books books = site.relay.books();
            long received = books.number("received");
            assertThat(received + books.number("dropped-by-kernel"))
                    .as("received by the relay, or dropped before it by the kernel")
                    .isEqualTo(fed);
            assertThat(stream.ledger.holes())
                    .as("%s", stream.ledger)
                    .allMatch(hole -> hole.missing() == hole.announced());
            assertThat(stream.ledger.count() - stream.ledger.repeated() + missing)
                    .isEqualTo(fed);
            assertThat(stream.ledger.repeated()).as("twice").isLessThanOrEqualTo(mayRepeat);
        }
    }

    private static void happen(Fault fault, Duration length, Network network, HomeStream stream) {
        switch (fault) {
            case PUBLIC_ADDRESS -> network.changePublicAddress();
            case HOME_ADDRESS -> network.changeHomeAddress();
            case DROP_FROM_HOME -> {
                network.dropFromHome();
                stream.feed.goOnFor(length);
                network.dropNothing();
            }
            case DROP_TO_HOME -> {
                network.dropToHome();
                stream.feed.goOnFor(length);
                network.dropNothing();
            }
            case CABLE -> {
                network.unplug();
                stream.feed.goOnFor(length);
                network.plug();
            }
            case FLAPPING -> {
                for (int i = 0; i < 5; i++) {
                    network.unplug();
                    stream.feed.goOnFor(length.dividedBy(10));
                    network.plug();
                    stream.feed.goOnFor(length.dividedBy(10));
                }
            }
            case AGENT_PAUSED -> {
                stream.agent.process().signal("STOP");
                stream.feed.goOnFor(length);
                stream.agent.process().signal("CONT");
            }
            case AGENT_RESTARTED -> {
                stream.agent.process().terminate();
                assertThat(stream.agent.process().awaitExit(Wait.SOON)).isZero();
                stream.agent.start();
            }
            case AGENT_KILLED -> {
                stream.agent.process().signal("KILL");
                stream.agent.process().awaitExit(Wait.SOON);
                stream.agent.start();
            }
            case COLLECTOR_AWAY -> {
                network.refuse(stream.home.port());
                stream.feed.goOnFor(length);
                network.refuseNothing();
            }
        }
    }
}
