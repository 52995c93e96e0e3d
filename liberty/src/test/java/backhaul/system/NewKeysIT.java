package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** TLS changes its keys (KeyUpdate, RFC 8446 section 4.6.3) while messages flow, and none is lost. */
class NewKeysIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TOTAL = 50_000; // 14 MB

    private static long count(String regex, String text) {
        return Pattern.compile(regex).matcher(text).results().count();
    }

    /** New keys after two to that power bytes. */
    private static String limits(String name, int power) throws IOException {
        return "-Djava.security.properties="
                + Files.writeString(
                        Build.scratch("new-keys-" + name).resolve("java.security"),
                        "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate 2^" + power + "\n");
    }

    @Test
    void bothSidesChangeTheirKeysEachMegabyte() throws IOException {
        // The relay changes first, always. If both did at the same byte, the JDK's two threads of a socket could derive
        // the same keys twice, and the connection would break: its limit of 2^37 bytes makes that rare, this one does
        // not.
        String limits = limits("relay", 20);
        String later = limits("agent", 21);
        Sequence came = new Sequence("keys");
        try (RelayServer relay = RelayServer.named("new-keys-relay")
                        .with("jvm.args", limits)
                        .up();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start(
                        "new-keys",
                        Namespace.OWN,
                        List.of(later, "-Djavax.net.debug=ssl:handshake"),
                        List.of(),
                        home.port(),
                        relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send(0, TOTAL, 20_000, number -> Messages.numbered("keys", number));
            came.expect(TOTAL, LIMIT);
            // The relay reaches its limit and asks for new keys; the agent takes them and changes its own.
            assertThat(count("Consuming KeyUpdate", agent.log())).isGreaterThanOrEqualTo(10);
            assertThat(count("Produced KeyUpdate", agent.log())).isGreaterThanOrEqualTo(10);
            assertThat(relay.health().number("lost")).isZero();
            assertThat(relay.log()).doesNotContain("Agent disconnected");
        }
    }

    @Test
    void foreignClientChangesTheKeysOfBothDirections() throws Exception {
        RelayServer relay = RelayServer.shared();
        try (Openssl client = Openssl.interactive(
                        "new-keys-openssl", relay, Ca.shared().agent("new-keys-openssl"));
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            for (int sent = 0; sent < TOTAL; sent += TOTAL / 10) {
                client.type("K\n"); // its own key is new, and it asks for a new one of the relay
                host.send(sent, sent + TOTAL / 10, 20_000, number -> Messages.numbered("keys", number));
            }
            Pattern message = Pattern.compile("(?m)<13>1 .* - message \\d+ x+$");
            String last = Messages.numbered("keys", TOTAL - 1);
            Wait.until("the last message", LIMIT, () -> text(client).contains(last));
            assertThat(message.matcher(text(client))
                            .results()
                            .map(MatchResult::group)
                            .toList())
                    .isEqualTo(Messages.numbered("keys", 0, TOTAL));
            assertThat(count("KEYUPDATE", client.errors())).isEqualTo(10);
        }
        relay.awaitAgents(0);
    }

    private static String text(Openssl client) {
        return new String(client.received(), StandardCharsets.UTF_8);
    }
}
