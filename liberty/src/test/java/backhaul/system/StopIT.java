package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The service manager stops the relay. */
class StopIT {
    private static final Duration RELAYS_PART = Duration.ofSeconds(2);
    private static final int TERMINATED = 128 + 15;

    private static Duration stop(RelayServer relay) {
        assertThat(relay.stop()).isEqualTo(TERMINATED);
        return Duration.between(relay.loggedAt("Relay stopping"), relay.loggedAt("Relay stopped"));
    }

    @Test
    void theAgentIsToldAndLosesNothing() throws Exception {
        Received came = new Received();
        try (RelayServer relay = RelayServer.named("stop-relay").start().ready();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("told", home.port(), relay);
                HandmadeAgent witness = HandmadeAgent.connect(relay, Ca.shared().agent("witness"));
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(2);
            host.send("the last message");
            Wait.until("it has the message", () -> relay.health().number("received") == 1);
            assertThat(stop(relay)).isLessThan(RELAYS_PART);

            came.expectText(List.of("the last message"));
            assertThat(witness.next()).isEqualTo(Messages.octets("the last message"));
            assertThat(witness.next()).as("then the end").isNull();
            assertThat(witness.farewell()).startsWith("BYE shutdown");
            agent.process().awaitLog("(?i)stopped|shut ?down|shutting");
            assertThat(agent.process().isAlive()).isTrue();
        }
    }

    /** An upgrade replaces the files of a running relay: the classes that the stop needs were loaded at the start. */
    @Test
    void aRelayWhoseFilesAreGoneStopsInTheSameWay() throws Exception {
        try (RelayServer relay = RelayServer.named("stop-bare-relay").start().ready();
                HandmadeAgent witness = HandmadeAgent.connect(relay, Ca.shared().agent("bare"))) {
            relay.awaitAgents(1);
            Namespace.run(
                    List.of("rm", "-r", relay.serverDirectory().resolve("apps").toString()), "");
            stop(relay);
            assertThat(witness.next()).isNull();
            assertThat(witness.farewell()).startsWith("BYE shutdown");
            assertThat(relay.log())
                    .contains("Agent disconnected: CN=bare")
                    .doesNotContain("NoClassDefFoundError", "ClassNotFoundException");
        }
    }

    /** As those send it who think that every daemon reads its settings again. */
    @Test
    void sighupEndsNothing() throws Exception {
        try (RelayServer relay =
                        RelayServer.named("hup-relay").byCommand().start().ready();
                UdpSource host = new UdpSource(relay)) {
            relay.process().signal("HUP");
            host.send("still here");
            Wait.until("it has the message", () -> relay.health().number("received") == 1);
            stop(relay);
        }
    }

    @Test
    void aStalledAgentDoesNotHoldItUp() throws Exception {
        try (RelayServer relay = RelayServer.named("stop-stalled-relay").start().ready();
                HandmadeAgent stalled = HandmadeAgent.connect(relay, Ca.shared().agent("stuck"));
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(0, 30_000, 20_000, number -> Messages.numbered("stuck", number));
            assertThat(relay.health().number("queue-fill-percent"))
                    .as("its writer is blocked")
                    .isPositive();
            assertThat(stop(relay)).isLessThan(RELAYS_PART);
        }
    }
}
