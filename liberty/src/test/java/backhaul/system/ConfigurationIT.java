package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Mistakes of the administrator are said in a sentence, in the log and in readiness alike. */
class ConfigurationIT {
    private static void expectProblem(RelayServer relay, String regex) {
        try {
            Wait.until(
                    "problem /" + regex + "/",
                    Wait.START,
                    () -> Pattern.compile(regex)
                            .matcher(relay.health().problem())
                            .find());
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + ": " + relay.health() + "\n" + relay.log(), e);
        }
        assertThat(relay.health().status()).isEqualTo(503);
        assertThat(relay.log()).containsPattern(regex).doesNotContain("\tat ");
    }

    @Test
    void everyWrongValueIsNamedAndTheFileWinsOverTheEnvironment() {
        try (RelayServer relay = RelayServer.named("wrong-relay")
                .with("relay.udp.port", "99999")
                .with("relay.heartbeat", "5s")
                .withLine("relay.backlog.size=12")
                .withLine("relay.heartbeat=sometimes")
                .withLine("relay.max-agents=0")
                .withLine("relay.tls.address=not an address")
                .withLine("relay.tls.issuer=nobody")
                .start()) {
            for (String mistake : new String[] {
                "relay\\.udp\\.port .*99999",
                "relay\\.backlog\\.size .*1MiB.*12",
                "relay\\.heartbeat .*sometimes",
                "relay\\.max-agents .*0",
                "relay\\.tls\\.address .*not an address",
                "relay\\.tls\\.issuer .*nobody"
            }) {
                expectProblem(relay, mistake);
            }
            for (String path : new String[] {"/", "/status", "/metrics"}) {
                assertThat(relay.namespace().get(Integer.parseInt(relay.setting("http.port")), path))
                        .as(path)
                        .contains(path.equals("/metrics") ? "\nbackhaul_relay_ready 0\n" : "relay.max-agents must be");
            }
        }
    }

    @Test
    void itComesUpOnceEveryMistakeIsMended() throws IOException {
        Machine right = Ca.shared().relay();
        Machine other = Ca.shared().agent("other");
        Path directory = Build.scratch("mended");
        Path cert = directory.resolve("relay.crt");
        Path key = directory.resolve("relay.key");
        RelayServer relay =
                RelayServer.named("mended-relay").with("relay.tls.cert", cert).with("relay.tls.key", key);
        try (relay;
                DatagramSocket holder = Ports.hold(relay.udpPort())) {
            Files.copy(right.cert(), cert);
            relay.start();
            expectProblem(relay, "relay\\.tls\\.key.*" + Pattern.quote(key.toString()));

            Files.copy(other.key(), key);
            expectProblem(relay, "relay\\.tls\\.key.*is not the key of the certificate");

            Files.copy(right.key(), key, StandardCopyOption.REPLACE_EXISTING);
            expectProblem(relay, "relay\\.udp\\.port.*" + relay.udpPort());

            holder.close();
            relay.ready();
        }
    }

    @Test
    void aReadyRelayTellsWhatAnAdministratorWatches() {
        RelayServer relay = RelayServer.shared();
        Health health = relay.health();
        assertThat(health.isUp()).isTrue();
        assertThat(health.problem()).isEmpty();
        assertThat(health.number("agents")).isZero();
        assertThat(health.number("queue-fill-percent")).isZero();
        assertThat(health.number("received")).isNotNegative();
        assertThat(health.number("empty")).isNotNegative();
        assertThat(health.number("lost")).isNotNegative();
        assertThat(health.number("certificate-days-left")).isBetween(700L, 900L);
        assertThat(relay.health("started").status()).isEqualTo(200);
        assertThat(relay.health("live").status()).isEqualTo(200);
    }
}
