package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Outages that the relay's ring bridges or not, and collectors and agents that read slowly. On loopback. */
@Tag("faults")
class OutagesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** One whose ring is soon overrun: 6 MiB, some 21,000 messages. */
    private static RelayServer small;

    @BeforeAll
    static void start() {
        small = RelayServer.named("outages-relay")
                .with("relay.backlog.size", "6MiB")
                .with("relay.heartbeat", "2s")
                .atFullSpeed()
                .up();
    }

    @AfterAll
    static void stop() {
        if (small != null) {
            small.close();
        }
    }

    @Test
    void whatTheRingNoLongerHeldIsAnnouncedExactlyAndInItsPlace() {
        Ledger restartedGot = new Ledger("overrun");
        Ledger pausedGot = new Ledger("overrun");
        List<String> state = List.of("--state", "%STATE%");
        try (UdpSink restartedHome = new UdpSink(restartedGot);
                UdpSink pausedHome = new UdpSink(pausedGot);
                AgentProcess restarted =
                        AgentProcess.start("overrun-restarted", Namespace.OWN, state, restartedHome.port(), small);
                AgentProcess paused =
                        AgentProcess.start("overrun-paused", Namespace.OWN, state, pausedHome.port(), small);
                UdpSource host = new UdpSource(small)) {
            small.awaitAgents(2);
            long first = small.books().number("next");
            host.send(0, 1000, 2000, number -> Messages.numbered("overrun", number));
            restartedGot.expectAll(1000, LIMIT);
            pausedGot.expectAll(1000, LIMIT);
            paused.process().signal("STOP");
            restarted.process().terminate();
            assertThat(restarted.process().awaitExit(Wait.SOON)).isZero();
            small.awaitAgents(0);
            host.send(1000, 31_000, 12_000, number -> Messages.numbered("overrun", number)); // 8.8 MB
            Wait.until("all is received", () -> small.books().number("next") - first == 31_000);
            long oldest = small.books().number("oldest") - first;
            paused.process().signal("CONT");
            restarted.start();

            Map<String, Ledger> ledgers = Map.of("overrun-restarted", restartedGot, "overrun-paused", pausedGot);
            ledgers.forEach((name, ledger) -> {
                ledger.await(30_999, LIMIT);
                assertThat(ledger.holes())
                        .as("%s: %s", name, ledger)
                        .containsExactly(new Ledger.Hole(1000, oldest - 1000, oldest - 1000));
                assertThat(ledger.repeated()).as(name).isZero();
                assertThat(ledger.notices("LOST")).as(name).hasSize(1);
                Wait.until("the books balance", () -> small.books().balance(name));
                assertThat(small.books().number(name, "lost")).isEqualTo(oldest - 1000);
            });
        }
        small.awaitAgents(0);
    }

    @Test
    void aStockCollectorGets100000MessagesThatWaitedInTheRing() {
        String name = "catch-up";
        int total = 100_000; // 29.4 MB with their lengths, of 32 MiB
        RelayServer relay = RelayServer.shared();
        Ledger ledger = new Ledger(name);
        try (RsyslogCollector home = RsyslogCollector.stock("stock-home");
                Tail tail = home.tail(ledger);
                AgentProcess agent =
                        AgentProcess.start(name, Namespace.OWN, List.of("--state", "%STATE%"), home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(Messages.numbered(name, 0));
            ledger.await(0, LIMIT);
            agent.process().terminate();
            assertThat(agent.process().awaitExit(Wait.SOON)).isZero();
            relay.awaitAgents(0);
            long received = relay.books().number("received");
            host.send(1, total, 20_000, number -> Messages.numbered(name, number));
            Wait.until("all is received", () -> relay.books().number("received") == received + total - 1);

            long begin = System.nanoTime();
            agent.start();
            ledger.await(total - 1, LIMIT);
            System.out.println("Caught up 100,000 messages to a stock rsyslog in "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms");
            assertThat(home.drops()).as("dropped at the collector's socket").isZero();
            ledger.expectAll(total, Wait.SOON);
        }
        relay.awaitAgents(0);
    }

    @Test
    void aStockCollectorThatIsStoppedAndContinuedGetsEverything() throws Exception {
        String name = "stopped-collector";
        int total = 20_000;
        RelayServer relay = RelayServer.shared();
        Ledger ledger = new Ledger(name);
        try (RsyslogCollector home = RsyslogCollector.stock(name);
                Tail tail = home.tail(ledger);
                AgentProcess agent = AgentProcess.start(name, home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            CompletableFuture<Void> flow = CompletableFuture.runAsync(
                    () -> host.send(0, total, 2000, number -> Messages.numbered(name, number)));
            ledger.await(1000, LIMIT);
            home.process().signal("STOP");
            long until = relay.books().number("next") + 3000;
            Wait.until("3,000 wait", () -> relay.books().number("next") > until);
            home.process().signal("CONT");
            ledger.await(4000, LIMIT);
            assertThat(agent.log()).as("it held back").doesNotContain("does not read");

            home.process().signal("STOP");
            agent.process().awaitLog("does not read: its receive buffer has been full");
            Wait.until("the relay knows why", () -> relay.books().json().contains("it said goodbye: collector"));
            home.process().signal("CONT");
            flow.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            ledger.await(total - 1, LIMIT);
            assertThat(home.drops()).as("dropped at the collector's socket").isZero();
            ledger.expectAll(total, Wait.SOON);
            assertThat(ledger.notices("OUTAGE"))
                    .singleElement()
                    .asString()
                    .contains("does not read", "; 0 messages lost");
        }
        relay.awaitAgents(0);
    }

    @Test
    void badReadersDisturbNobodyAndWhatTheyMissIsCountedExactly() throws Exception {
        int warm = 20_000;
        int total = warm + 40_000; // 11.8 MB: the kernel holds a MB for an agent that reads badly, the ring 6
        Ledger ledger = new Ledger("readers");
        RelayServer relay = small;
        try (UdpSink home = new UdpSink(ledger);
                AgentProcess agent = AgentProcess.start("reads-well", home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(0, warm, 20_000, number -> Messages.numbered("readers", number));
            ledger.expectAll(warm, LIMIT);
            long memory = relay.residentSize();

            Machine one = Ca.shared().agent("reads-pieces");
            Machine two = Ca.shared().agent("reads-octets");
            Machine three = Ca.shared().agent("reads-never");
            try (HandmadeAgent pieces = HandmadeAgent.reader(relay, one, false);
                    HandmadeAgent slow = HandmadeAgent.reader(relay, two, true);
                    HandmadeAgent never = HandmadeAgent.connect(relay, three)) {
                CompletableFuture<Void> alive = CompletableFuture.runAsync(() -> live(List.of(pieces, slow, never)));
                relay.awaitAgents(4);
                var piecesReads = CompletableFuture.supplyAsync(() -> read(pieces, total - 1, 0));
                var slowReads = CompletableFuture.supplyAsync(() -> read(slow, total - 1, 20_000));

                host.send(warm, total, 12_000, number -> Messages.numbered("readers", number));
                ledger.expectAll(total, LIMIT);
                assertThat(relay.residentSize() - memory)
                        .as("growth of memory, at %d before", memory)
                        .isLessThan(16 << 20);

                long few = piecesReads.get(60, TimeUnit.SECONDS);
                long fewer = slowReads.get(60, TimeUnit.SECONDS);
                System.out.println("Of 40,000: in pieces of 512 octets " + few + " + " + pieces.lost()
                        + " lost, octet by octet " + fewer + " + " + slow.lost() + " lost");
                assertThat(few + pieces.lost()).isEqualTo(total - warm);
                assertThat(fewer + slow.lost()).isEqualTo(total - warm);
                assertThat(slow.lost()).as("the slow one is overrun").isPositive();
                Wait.until(
                        "the books balance",
                        () -> relay.books().balance("reads-well")
                                && relay.books().balance("reads-pieces")
                                && relay.books().balance("reads-octets"));
                Books books = relay.books();
                assertThat(books.number("reads-well", "lost")).isZero();
                assertThat(books.number("reads-pieces", "lost")).isEqualTo(pieces.lost());
                assertThat(books.number("reads-octets", "lost")).isEqualTo(slow.lost());
                relay.process().awaitLog("CN=reads-never.*longer than relay.write-timeout");
                pieces.close();
                slow.close();
                alive.get(60, TimeUnit.SECONDS);
            }
        }
    }

    /** Reads until message {@code last}, pausing before each of the first {@code slow}; returns how many came. */
    private static long read(HandmadeAgent agent, int last, int slow) {
        try {
            Ledger ledger = new Ledger("readers");
            while (ledger.next() <= last) {
                byte[] message = agent.next();
                if (message == null) {
                    throw new IllegalStateException("ended after " + ledger + ": " + agent.farewell());
                }
                ledger.accept(message);
                if (ledger.count() < slow) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
                }
            }
            assertThat(ledger.repeated()).isZero();
            return ledger.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends their heartbeats, whether they read or not, until all of them have been cut off. */
    private static void live(List<HandmadeAgent> agents) {
        List<HandmadeAgent> living = new ArrayList<>(agents);
        while (!living.isEmpty()) {
            living.removeIf(agent -> {
                try {
                    agent.sayAlive();
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
    }
}
