package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A foreign TLS client without ALPN reads lines. */
class LinesIT {
    private static final RelayServer RELAY = RelayServer.shared();

    private static String lines(String name, List<String> messages) {
        try (Openssl client = Openssl.connect(name, RELAY, Ca.shared().agent("lines"));
                UdpSource host = new UdpSource(RELAY)) {
            RELAY.awaitAgents(1);
            messages.forEach(host::send);
            host.send("last");
            Wait.until(
                    "the last message", () -> new String(client.received(), StandardCharsets.UTF_8).endsWith("last\n"));
            String received = new String(client.received(), StandardCharsets.UTF_8);
            return received.substring(0, received.length() - "last\n".length());
        } finally {
            RELAY.awaitAgents(0);
        }
    }

    @Test
    void eachMessageIsOneLine() {
        assertThat(lines("lines-plain", List.of("<13>one", "<13>two\ttabs\t", "<13>drei Füchse")))
                .isEqualTo("<13>one\n<13>two\ttabs\t\n<13>drei Füchse\n");
    }

    @Test
    void aTrailingLfIsNotDoubled() {
        assertThat(lines("lines-trailing", List.of("<13>one\n", "<13>two\n\n", "<13>three")))
                .isEqualTo("<13>one\n<13>two#012\n<13>three\n");
    }

    @Test
    void anLfInsideIsEscapedSoThatNobodyForgesAMessage() {
        assertThat(lines("lines-inside", List.of("<13>a\n<0>forged\nc", "\n<0>forged")))
                .isEqualTo("<13>a#012<0>forged#012c\n#012<0>forged\n");
    }

    @Test
    void aLongMessageIsOneLine() {
        String message = "<13>" + "x".repeat(65_000) + "\n" + "y".repeat(502);
        assertThat(lines("lines-long", List.of(message))).isEqualTo(message.replace("\n", "#012") + "\n");
    }

    @Test
    void theClientIsNotDisturbedByAWordItDoesNotKnow() {
        assertThat(lines("lines-no-control", List.of("<13>only this"))).isEqualTo("<13>only this\n");
    }
}
