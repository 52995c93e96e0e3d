package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real agent reports in the log at home that nothing comes from a real relay any more. */
class SilenceIT {
    private static final List<String> OPTIONS = List.of("--silence", "1s", "--state", "%STATE%");

    private final Received got = new Received();
    private int seen; // of them

    @Test
    void aSilenceIsSaidOnceWhetherConnectedOrNotAndItsEndBeforeTheMessageThatEndsIt() {
        try (RelayServer relay = RelayServer.named("silent-relay")
                        .with("relay.heartbeat", "200ms")
                        .up();
                UdpSink home = new UdpSink(got);
                UdpSource host = new UdpSource(relay);
                AgentProcess agent = AgentProcess.start("silent", Namespace.OWN, OPTIONS, home.port(), relay)) {
            relay.awaitAgents(1);
            host.send("<13>one");
            expect("<13>one");
            expect("SILENT - no message has come .*, though it is connected: .*");
            host.send("<13>two");
            expect("SILENT - messages come .* again after a silence of .*");
            expect("<13>two");
            expect("SILENT - no message has come .*, though it is connected: .*");
            relay.process().close();
            agent.process().awaitLog("next attempt in");
            agent.process().terminate();
            assertThat(agent.process().awaitExit(Wait.SOON)).isZero();

            // Another run knows by its state file that the relay used to send.
            agent.start();
            expect("SILENT - no message has come .*, and there is no connection: .*");
        }
    }

    /** Waits for the next message, and that it is this one. */
    private void expect(String pattern) {
        Wait.until(pattern, () -> got.count() > seen);
        String next = new String(got.messages().get(seen++), StandardCharsets.UTF_8);
        assertThat(next.startsWith("<4") ? next.split(" ", 6)[5] : next).matches(pattern);
    }
}
