package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.relay.status.ConnectionCounters;
import backhaul.relay.status.Status;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reports of a running relay about itself. */
class RelayWatchTest {
    private static Status.Tally tally(TestRelay relay) {
        List<Status.Tally> tallies = relay.relay.status().tallies();
        assertThat(tallies).extracting(Status.Tally::subject).containsExactly("CN=home,O=Example");
        return tallies.get(0);
    }

    /** Refusals that there were. */
    private static Map<ConnectionCounters.Refusal, Long> refused(TestRelay relay) {
        return relay.relay.status().admissions().refused().entrySet().stream()
                .filter(refusal -> refusal.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void theSumsOfANameGoOnOverItsConnections() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            try (TestAgent agent = TestAgent.connect(relay, "one")) {
                relay.send("a");
                assertThat(agent.text()).isEqualTo("a");
                await().until(() -> tally(relay).sent() == 1);
                assertThat(tally(relay).connections()).isEqualTo(1);
            }
            await().until(() -> !relay.relay.status().departed().isEmpty());
            relay.send("while it is away");
            relay.awaitReceived(2);
            assertThat(tally(relay).connections()).isZero();
            assertThat(tally(relay).since()).isNull();
            Status.Gone gone = relay.relay.status().departed().get(0);
            assertThat(gone.waiting()).isEqualTo(1);
            assertThat(gone.lost()).isZero();
            try (TestAgent again = TestAgent.connect(relay, "one")) {
                relay.send("b");
                assertThat(again.text()).isEqualTo("b");
                await().until(() -> tally(relay).sent() == 2);
                assertThat(relay.relay.status().departed()).isEmpty();
                assertThat(relay.relay.status().admissions().admitted()).isEqualTo(2);
            }
        }
    }

    @Test
    void theBooksAddUpAtAnyMoment() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "1MiB", "relay.write-timeout", "1h");
                TestAgent stuck = TestAgent.connect(relay, "stuck");
                TestAgent other = TestAgent.connect(relay, "other")) {
            Thread reader = new Thread(() -> {
                try {
                    other.rest();
                } catch (IOException e) {
                    // The test is over.
                }
            });
            reader.start();
            List<Status> seen = new ArrayList<>();
            for (long sent = 0; sent < 40_000; sent += 1_000) {
                relay.send(sent, sent + 1_000);
                seen.add(relay.relay.status());
            }
            for (Status status : seen) {
                assertThat(status.agents()).hasSize(2).allSatisfy(agent -> {
                    assertThat(status.counts().next() - agent.first())
                            .isEqualTo(agent.sent() + agent.waiting() + agent.lost());
                    assertThat(agent.waiting()).isNotNegative();
                });
                assertThat(status.counts().received() + status.counts().notices())
                        .isEqualTo(status.counts().next());
            }
            Status last = seen.get(seen.size() - 1);
            assertThat(last.ring().percent(last.ring().used())).isGreaterThan(90);
            assertThat(last.ring().waitingPercent())
                    .as("the stuck one is behind by a ring")
                    .isGreaterThan(90);
            assertThat(last.remarks())
                    .anyMatch(remark -> remark.serious()
                            && remark.sentence().startsWith("CN=home,O=Example [127.0.0.1:")
                            && remark.sentence().contains("% of the ring"));
            assertThat(stuck.lost).isZero(); // it has read nothing
        }
    }

    @Test
    void whoComesAndIsNotLetInIsCountedByReason() throws Exception {
        try (TestRelay relay = TestRelay.start(
                "relay.handshake-timeout", "300ms", "relay.max-agents", "1", "relay.max-per-address", "3")) {
            try (Socket stranger =
                    new Socket(relay.tls().getAddress(), relay.tls().getPort())) {
                stranger.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> refused(relay).equals(Map.of(ConnectionCounters.Refusal.TLS, 1L)));
            }
            try (Socket silent =
                    new Socket(relay.tls().getAddress(), relay.tls().getPort())) {
                await().until(() -> refused(relay).getOrDefault(ConnectionCounters.Refusal.TIMEOUT, 0L) == 1);
                assertThat(silent.isClosed()).isFalse(); // it was the relay that gave up
            }
            try (TestAgent first = TestAgent.connect(relay, "first")) {
                try (TestAgent second = TestAgent.connect(relay, "second")) {
                    assertThat(second.stream).startsWith("BYE refused relay.max-agents");
                    await().until(() -> refused(relay).getOrDefault(ConnectionCounters.Refusal.MAX_AGENTS, 0L) == 1);
                }
                assertThat(first.stream).startsWith("STREAM");
                try (TestAgent wrong = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", Wire.ALPN)) {
                    wrong.say("HALLO\n");
                    assertThat(wrong.rest()).startsWith("BYE refused");
                    await().until(() -> refused(relay).getOrDefault(ConnectionCounters.Refusal.POLICY, 0L) == 1);
                }
            }
            assertThat(refused(relay)).hasSize(4);
            ConnectionCounters.Count count = relay.relay.status().admissions();
            assertThat(count.accepted()).isEqualTo(5);
            assertThat(count.admitted()).isEqualTo(1);
        }
    }

    @Test
    void itsLastWordsAreInItsStatus() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent agent = TestAgent.connect(relay, "one")) {
            assertThat(agent.stream).startsWith("STREAM");
            relay.awaitLog("Agent connected: CN=home");
            assertThat(relay.relay.status().events().get(0).line()).startsWith("Agent connected: CN=home,O=Example [");
        }
    }
}
