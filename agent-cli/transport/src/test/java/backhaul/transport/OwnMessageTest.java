package backhaul.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnMessageTest {
    @Test
    void itKnowsItsOwn() {
        for (OwnMessage.Severity severity : OwnMessage.Severity.values()) {
            byte[] message = OwnMessage.of("backhaul-relay", severity, "EXPIRY", "a certificate expires");
            byte[] within = ("##" + new String(message, ISO_8859_1) + "##").getBytes(ISO_8859_1);
            assertThat(OwnMessage.isFrom("backhaul-relay", within, 2, message.length))
                    .isTrue();
            assertThat(OwnMessage.isFrom("backhaul-agent", message, 0, message.length))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<44>1",
                "<44>1 - www backhaul-relay",
                "<13>1 2026-11-28T10:00:00Z www backhaul-relay 1 EXPIRY - text",
                "<48>1 2026-11-28T10:00:00Z www backhaul-relay 1 EXPIRY - text",
                "<44>1 2026-11-28T10:00:00Z www other 1 - - backhaul-relay 1 EXPIRY",
                "<44>12026 www x backhaul-relay 1 - - text",
                "<44>Nov 28 10:00:00 www backhaul-relay: x y z",
                "<4x>1 - www backhaul-relay 1 EXPIRY - text",
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            })
    void anyOtherIsNot(String message) {
        byte[] octets = message.getBytes(ISO_8859_1);
        assertThat(OwnMessage.isFrom("backhaul-relay", octets, 0, octets.length))
                .isFalse();
    }
}
