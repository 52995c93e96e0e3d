package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.transport.ServiceManager;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The reports about a running relay to the service manager; {@code RestartsIT} has a real systemd. */
class ServiceReportTest {
    private final AtomicInteger told = new AtomicInteger();

    /** Its telling fails, as there is no such socket: what counts is when it would. */
    private ServiceReport report(RelayLog log) {
        return new ServiceReport(
                ServiceManager.of(
                        Map.of("NOTIFY_SOCKET", "/nonexistent/notify", "WATCHDOG_USEC", "1"),
                        0,
                        task -> {
                            told.incrementAndGet();
                            task.run();
                        },
                        sentence -> {}),
                log);
    }

    @Test
    void theLineSaysHowManyAgentsThereAreAndHowMuchComes() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            assertThat(relay.relay.watch().line()).isEqualTo("0 agents, 0/s");
            try (TestAgent agent = TestAgent.connect(relay, "one")) {
                await().until(() -> relay.relay.watch().state().equals("1 agent"));
                relay.send(0, 1_000);
                relay.awaitReceived(1_000);
                await().until(() -> relay.relay.watch().line().matches("1 agent, [1-9][0-9,.]*/s"));
            }
        }
    }

    @Test
    void aLoopThatStandsStillIsSaidAndNoSignOfLifeIsGiven() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            ServiceReport report = report(new RelayLog());
            report.turn(relay.relay.watch());
            assertThat(told).hasValue(1);
            CountDownLatch stuck = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            relay.relay.say("TEST", "The receiver waits for this test", () -> {
                stuck.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            stuck.await();
            await().until(() -> !relay.relay.watch().isReceiving());
            int before = told.get();
            await().until(() -> {
                report.turn(relay.relay.watch());
                return relay.log.stream().anyMatch(line -> line.startsWith("The relay's receiver makes no progress: "));
            });
            assertThat(told).hasValue(before);
            release.countDown();
            await().until(() -> {
                report.turn(relay.relay.watch());
                return told.get() > before;
            });
            assertThat(relay.log)
                    .filteredOn(line -> line.contains("makes no progress"))
                    .hasSize(1);
        }
    }

    @Test
    void withoutAServiceManagerNothingIsAsked() {
        ServiceReport report = new ServiceReport((ServiceManager) null, new RelayLog());
        report.turn((RelayWatch) null);
        report.turn("Not started");
        report.stopping();
        assertThat(told).hasValue(0);
    }
}
