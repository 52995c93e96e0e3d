package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** High load, and agents that do not keep up. */
class LoadIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void a100000MessagesAt20000PerSecondReachThreeAgents() {
        Sequence first = new Sequence("load");
        Sequence second = new Sequence("load");
        Sequence third = new Sequence("load");
        RelayServer relay = RelayServer.shared();
        try (UdpSink home1 = new UdpSink(first);
                UdpSink home2 = new UdpSink(second);
                UdpSink home3 = new UdpSink(third);
                AgentProcess agent1 = AgentProcess.start("load-1", home1.port(), relay);
                AgentProcess agent2 = AgentProcess.start("load-2", home2.port(), relay);
                AgentProcess agent3 = AgentProcess.start("load-3", home3.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(3);
            Health before = relay.health();
            host.send(0, 100_000, 20_000, number -> Messages.numbered("load", number));
            first.expect(100_000, LIMIT);
            second.expect(100_000, LIMIT);
            third.expect(100_000, LIMIT);
            Health after = relay.health();
            assertThat(after.number("received") - before.number("received")).isEqualTo(100_000);
            assertThat(after.number("lost")).isEqualTo(before.number("lost"));
        }
        relay.awaitAgents(0);
    }

    @Test
    void aWriterThatWasBlockedContinuesWhereItWas() throws Exception {
        int total = 30_000; // 8.7 MB: more than the kernel takes for a peer that does not read, less than the ring
        Sequence came = new Sequence("blocked");
        RelayServer relay = RelayServer.shared();
        try (HandmadeAgent agent = HandmadeAgent.reader(relay, Ca.shared().agent("blocked"), false);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(0, total, 20_000, number -> Messages.numbered("blocked", number));
            assertThat(relay.health().number("queue-fill-percent")).isPositive();
            for (int i = 0; i < total; i++) {
                came.accept(agent.next());
            }
            came.expect(total, Duration.ZERO);
        }
        relay.awaitAgents(0);
    }

    @Test
    void aStalledAgentDisturbsNobodyAndItsLossIsCounted() throws Exception {
        int warm = 60_000; // they fill the ring, so that its own memory does not count as growth
        int total = warm + 100_000; // 29 MB: the kernel holds a MB for the stalled agent, the ring 8
        Sequence healthy = new Sequence("stall");
        try (RelayServer relay = RelayServer.named("stall-relay")
                .with("relay.backlog.size", "8MiB")
                .with("relay.write-timeout", "60s")
                .atFullSpeed()
                .up()) {
            try (UdpSink home = new UdpSink(healthy);
                    AgentProcess agent = AgentProcess.start("healthy", home.port(), relay);
                    UdpSource host = new UdpSource(relay)) {
                relay.awaitAgents(1);
                host.send(0, warm, 20_000, number -> Messages.numbered("stall", number));
                healthy.expect(warm, LIMIT);
                long memory = relay.residentSize();

                try (HandmadeAgent stalled =
                        HandmadeAgent.reader(relay, Ca.shared().agent("stalled"), false)) {
                    relay.awaitAgents(2);
                    host.send(warm, total, 20_000, number -> Messages.numbered("stall", number));
                    healthy.expect(total, LIMIT);
                    stalled.sayAlive();
                    assertThat(relay.residentSize() - memory)
                            .as("growth of memory while 25 MB could not be sent, at %d before", memory)
                            .isLessThan(16 << 20);

                    long came = numbersUpToTheLast(stalled, total - 1, warm);
                    assertThat(came).as("messages that the stalled agent got").isBetween(1_000L, 80_000L);
                    Wait.until("the loss is counted", () -> relay.health().number("lost") == total - warm - came);
                }
                relay.process().awaitLog("CN=stalled.* " + relay.health().number("lost") + " lost");
            }
        }
    }

    /** Reads until the last message and counts; each must be one that was sent, and later than the one before. */
    private static long numbersUpToTheLast(HandmadeAgent agent, int last, int first) throws IOException {
        long count = 0;
        int previous = first - 1;
        while (previous < last) {
            byte[] octets = agent.next();
            assertThat(octets)
                    .as("the connection ended after message %d", previous)
                    .isNotNull();
            String message = new String(octets, StandardCharsets.UTF_8);
            int number = Integer.parseInt(message.replaceFirst(".* message (\\d+) x+$", "$1"));
            assertThat(message).isEqualTo(Messages.numbered("stall", number));
            assertThat(number).isGreaterThan(previous);
            previous = number;
            count++;
        }
        return count;
    }
}
