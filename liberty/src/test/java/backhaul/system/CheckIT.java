package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code backhaul-relay} as it is packaged. */
@Tag("shell")
class CheckIT {
    private static final RelayServer RELAY = RelayServer.shared();

    private static Command command(String argument) {
        return Command.run(
                Build.scratch("check"),
                RELAY.environment(),
                List.of(Build.launcher().toString(), argument));
    }

    @Test
    void whatRunsIsInOrderAndGoesOnUndisturbed() {
        Received came = new Received();
        try (UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("checked", home.port(), RELAY);
                UdpSource source = new UdpSource(RELAY)) {
            RELAY.awaitAgents(1);
            Wait.until("it is said", () -> RELAY.log().contains("Agent connected: CN=checked"));
            int said = RELAY.log().length();
            Command check = command("check").expect(0);
            assertThat(check.output())
                    .contains("[ ok ] set by ")
                    .contains("RELAY_TLS_CERT")
                    .contains("[ ok ] the certificate is for a relay (serverAuth)")
                    .contains("[ ok ] agents let in: issued by " + Ca.shared().issuer())
                    .contains("syslog on UDP 127.0.0.1:" + RELAY.udpPort() + ": the running relay has it")
                    .contains("agents on TLS 127.0.0.1:" + RELAY.tlsPort() + ": the running relay has it")
                    .contains("health on HTTP 127.0.0.1:" + RELAY.setting("http.port") + ": the running relay has it")
                    .doesNotContain("[FAIL]", "Exception");
            source.send("still there");
            came.expectText(List.of("still there"));
            assertThat(RELAY.log()).hasSize(said);
        }
        RELAY.awaitAgents(0);
    }

    @Test
    void itKnowsItsVersionAndItsOwnCommands() {
        assertThat(command("--version").expect(0).output()).matches("backhaul-relay \\d+\\.\\d+.*\n");
        assertThat(command("--help").expect(0).output()).contains("check", "run", "78");
        assertThat(command("chek").expect(2).output()).contains("Usage: backhaul-relay COMMAND");
    }
}
