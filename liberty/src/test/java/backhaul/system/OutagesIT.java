package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the relay's ring bridges and what it does not, and agents that read badly. On loopback. */
@Tag("faults")
class OutagesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"restarted", "paused"})
    void whatTheRingNoLongerHeldIsAnnouncedExactlyAndInItsPlace(String how) {
        String name = "overrun-" + how;
        Ledger ledger = new Ledger(name);
        try (RelayServer relay = RelayServer.named(name)
                        .with("relay.backlog.size", "1MiB")
                        .with("relay.heartbeat", "300ms")
                        .start()
                        .ready();
                UdpSink home = new UdpSink(ledger);
                AgentProcess agent =
                        AgentProcess.start(name, Namespace.OWN, List.of("--state", "%STATE%"), home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(0, 1000, 2000, number -> Messages.numbered(name, number));
            ledger.expectAll(1000, LIMIT);
            if (how.equals("paused")) {
                agent.process().signal("STOP");
            } else {
                agent.process().terminate();
                assertThat(agent.process().awaitExit(Wait.SOON)).isZero();
            }
            relay.awaitAgents(0);
            host.send(1000, 11_000, 10_000, number -> Messages.numbered(name, number)); // 2.9 MB
            Wait.until("all is received", () -> relay.books().number("received") == 11_000);
            long oldest = relay.books().number("oldest");
            if (how.equals("paused")) {
                agent.process().signal("CONT");
            } else {
                agent.start();
            }
            ledger.await(10_999, LIMIT);

            assertThat(ledger.holes())
                    .as("%s", ledger)
                    .containsExactly(new Ledger.Hole(1000, oldest - 1000, oldest - 1000));
            assertThat(ledger.repeated()).isZero();
            assertThat(ledger.notices("LOST")).hasSize(1);
            Wait.until(
                    "the books balance: " + relay.books(), () -> relay.books().balance(name));
            assertThat(relay.books().number(name, "lost")).isEqualTo(oldest - 1000);
        }
    }

    @Test
    void aStockCollectorGets100000MessagesThatWaitedInTheRing() {
        String name = "catch-up";
        int total = 100_000; // 29.4 MB with their lengths, of 32 MiB
        RelayServer relay = RelayServer.shared();
        try (RsyslogCollector home = RsyslogCollector.stock("stock-home");
                AgentProcess agent =
                        AgentProcess.start(name, Namespace.OWN, List.of("--state", "%STATE%"), home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(Messages.numbered(name, 0));
            Wait.until("the first message", () -> home.lines().size() == 1);
            agent.process().terminate();
            assertThat(agent.process().awaitExit(Wait.SOON)).isZero();
            relay.awaitAgents(0);
            long received = relay.books().number("received");
            host.send(1, total, 20_000, number -> Messages.numbered(name, number));
            Wait.until("all is received", () -> relay.books().number("received") == received + total - 1);

            long begin = System.nanoTime();
            agent.start();
            Ledger ledger = new Ledger(name);
            try {
                Wait.until("all in the file", LIMIT, () -> home.lines().size() >= total);
            } catch (RuntimeException e) {
                // What is missing is told below.
            }
            System.out.println("Caught up 100,000 messages to a stock rsyslog in "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms, dropped at its socket: "
                    + home.drops());
            home.lines().forEach(line -> ledger.accept(Messages.octets(line)));
            assertThat(home.drops()).as("dropped at the collector's socket").isZero();
            ledger.expectAll(total, Wait.SOON);
        }
        relay.awaitAgents(0);
    }

    @Test
    void badReadersDisturbNobodyAndWhatTheyMissIsCountedExactly() throws Exception {
        int warm = 20_000;
        int total = warm + 40_000; // 11.8 MB: the kernel holds 4 at most for an agent that reads badly, the ring 2
        Ledger ledger = new Ledger("readers");
        try (RelayServer relay = RelayServer.named("readers-relay")
                        .with("relay.backlog.size", "2MiB")
                        .start()
                        .ready();
                UdpSink home = new UdpSink(ledger);
                AgentProcess agent = AgentProcess.start("reads-well", home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(0, warm, 20_000, number -> Messages.numbered("readers", number));
            ledger.expectAll(warm, LIMIT);
            long memory = relay.residentSize();

            try (HandmadeAgent small = HandmadeAgent.connect(relay, Ca.shared().agent("reads-4-kib"));
                    HandmadeAgent slow =
                            HandmadeAgent.connect(relay, Ca.shared().agent("reads-octets"), true);
                    HandmadeAgent never =
                            HandmadeAgent.connect(relay, Ca.shared().agent("reads-never"))) {
                relay.awaitAgents(4);
                var smallReads = CompletableFuture.supplyAsync(() -> read(small, total - 1, 0));
                var slowReads = CompletableFuture.supplyAsync(() -> read(slow, total - 1, 20_000));
                CompletableFuture<Void> alive = CompletableFuture.runAsync(() -> live(never));

                host.send(warm, total, 12_000, number -> Messages.numbered("readers", number));
                ledger.expectAll(total, LIMIT);
                assertThat(relay.residentSize() - memory)
                        .as("growth of memory, at %d before", memory)
                        .isLessThan(16 << 20);

                long few = smallReads.get(60, TimeUnit.SECONDS);
                long fewer = slowReads.get(60, TimeUnit.SECONDS);
                System.out.println("Of 40,000: 4 KiB buffer " + few + " + " + small.lost() + " lost, octet by octet "
                        + fewer + " + " + slow.lost() + " lost");
                assertThat(few + small.lost()).isEqualTo(total - warm);
                assertThat(fewer + slow.lost()).isEqualTo(total - warm);
                assertThat(slow.lost()).as("the slow one is overrun").isPositive();
                Wait.until(
                        "the books balance",
                        () -> relay.books().balance("reads-well")
                                && relay.books().balance("reads-4-kib")
                                && relay.books().balance("reads-octets"));
                Books books = relay.books();
                assertThat(books.number("reads-well", "lost")).isZero();
                assertThat(books.number("reads-4-kib", "lost")).isEqualTo(small.lost());
                assertThat(books.number("reads-octets", "lost")).isEqualTo(slow.lost());
                relay.process().awaitLog("CN=reads-never.*longer than relay.write-timeout");
                alive.get(60, TimeUnit.SECONDS);
            }
        }
    }

    /** Reads until message {@code last}, pausing before each of the first {@code slow}; how many came. */
    private static long read(HandmadeAgent agent, int last, int slow) {
        try {
            Ledger ledger = new Ledger("readers");
            while (ledger.next() <= last) {
                byte[] message = agent.next();
                if (message == null) {
                    throw new IllegalStateException("ended after " + ledger + ": " + agent.farewell());
                }
                ledger.accept(message);
                if (ledger.count() % 1000 == 0) {
                    agent.sayAlive();
                }
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

    /** Says that it lives until the connection is cut. */
    private static void live(HandmadeAgent agent) {
        try {
            while (true) {
                agent.sayAlive();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            }
        } catch (IOException e) {
            // The relay has had enough.
        }
    }
}
