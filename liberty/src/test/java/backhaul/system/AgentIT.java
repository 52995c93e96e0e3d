package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The agent's life beside relays that come and go. */
class AgentIT {
    @Test
    void itStopsWithin2SecondsWithExitCode0() {
        RelayServer relay = RelayServer.shared();
        try (UdpSink home = new UdpSink(message -> {});
                AgentProcess agent = AgentProcess.start("stopped", home.port(), relay)) {
            relay.awaitAgents(1);
            int from = relay.log().length();
            agent.process().terminate();
            assertThat(agent.process().awaitExit(Duration.ofSeconds(2))).isZero();
            relay.process().awaitLog("Agent disconnected.*CN=stopped", from, Wait.SOON);
        }
        relay.awaitAgents(0);
    }

    @Test
    void itFollowsTwoRelaysAndComesBackToTheOneThatWasRestarted() {
        Received came = new Received();
        RelayServer steady = RelayServer.shared();
        RelayServer restarted = RelayServer.named("restarted-relay");
        try (RelayServer closed = restarted.start().ready();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("faithful", home.port(), steady, restarted);
                UdpSource toSteady = new UdpSource(steady);
                UdpSource toRestarted = new UdpSource(restarted)) {
            steady.awaitAgents(1);
            restarted.awaitAgents(1);
            toSteady.send("one");
            came.expectText(List.of("one"));
            toRestarted.send("two");
            came.expectText(List.of("one", "two"));

            restarted.stop();
            toSteady.send("three");
            came.expectText(List.of("one", "two", "three"));

            restarted.start().ready();
            Wait.until(
                    "the agent is back",
                    Duration.ofSeconds(40), // it waits up to 30 s between attempts
                    () -> restarted.health().number("agents") == 1);
            toRestarted.send("four");
            Wait.until("four has come", () -> came.count() == 5);
            List<String> texts = came.messages().stream()
                    .map(message -> new String(message, StandardCharsets.UTF_8))
                    .toList();
            assertThat(texts.get(3))
                    .as("the notice in the place of the outage")
                    .matches("<4[45]>1 .* OUTAGE - connected to .* again after .*; cause: the relay was restarted; .*");
            assertThat(texts).last().isEqualTo("four");
            assertThat(agent.process().isAlive()).isTrue();
        }
        steady.awaitAgents(0);
    }
}
