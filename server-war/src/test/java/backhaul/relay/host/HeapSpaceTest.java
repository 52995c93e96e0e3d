package backhaul.relay.host;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.settings.RelayConfig;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeapSpaceTest {
    private static final long MIB = 1 << 20;

    private static RelayConfig config(int agents) throws RelayConfig.Invalid {
        Map<String, String> settings = Map.of(
                "relay.tls.cert", "cert",
                "relay.tls.key", "key",
                "relay.tls.ca", "ca",
                "relay.max-agents", String.valueOf(agents));
        return RelayConfig.parse(key -> Optional.ofNullable(settings.get(key)));
    }

    @Test
    void whatTheServerLeavesIsForAgents() {
        assertThat(HeapSpace.agents(80 * MIB + 64 * HeapSpace.AGENT)).isEqualTo(64);
        assertThat(HeapSpace.agents(256 * MIB)).isGreaterThan(1_000);
        assertThat(HeapSpace.agents(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void oneAgentIsServedHoweverSmallTheHeap() {
        assertThat(HeapSpace.agents(40 * MIB)).isOne();
    }

    @Test
    void moreAgentsThanHaveRoomAreAWarningWithTheWayOut() throws Exception {
        assertThat(HeapSpace.tooLittleForAll(256 * MIB, config(64))).isNull();
        assertThat(HeapSpace.tooLittleForAll(256 * MIB, config(1_408))).isNull();
        assertThat(HeapSpace.tooLittleForAll(256 * MIB, config(1_409)))
                .isEqualTo("relay.max-agents (1409) needs 257 MiB of heap, but the 256 MiB of -Xmx have room for 1408"
                        + " agents: lower it, or raise -Xmx in jvm.options");
    }

    @Test
    void theLimitIsTheOneThatTheJvmWasGiven() {
        assertThat(HeapSpace.limit())
                .isGreaterThanOrEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(HeapSpace.endsWithoutMemory()).isFalse();
    }
}
