package backhaul.relay.host;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.TestRelay;
import backhaul.relay.settings.RelayConfig;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OpenFilesTest {
    private RelayConfig config;

    @BeforeEach
    void limits() throws RelayConfig.Invalid {
        Map<String, String> settings = TestRelay.settings();
        settings.put("relay.max-agents", "300");
        settings.put("relay.max-handshakes", "50");
        config = TestRelay.config(settings);
    }

    @Test
    void tooFewForTheServerAndTooFewForAllAgentsAreToldApart() {
        String ofAll = " files open and needs 550: 200 for the server, and one for each of relay.max-agents and"
                + " relay.max-handshakes: raise the limit (LimitNOFILE= of the service, ulimit -n)";
        assertThat(OpenFiles.tooFew(OptionalLong.of(199), config)).isEqualTo("this process can have 199" + ofAll);
        assertThat(OpenFiles.tooFewForAll(OptionalLong.of(199), config)).isNull();
        assertThat(OpenFiles.tooFew(OptionalLong.of(200), config)).isNull();
        assertThat(OpenFiles.tooFewForAll(OptionalLong.of(549), config)).isEqualTo("this process can have 549" + ofAll);
        assertThat(OpenFiles.tooFewForAll(OptionalLong.of(550), config)).isNull();
        assertThat(OpenFiles.tooFew(OptionalLong.empty(), config)).isNull();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "by /proc")
    void theLimitOfThisProcessIsKnownAndNotReached() {
        assertThat(OpenFiles.limit().orElse(Long.MAX_VALUE)).isGreaterThan(199);
        assertThat(OpenFiles.areUsedUp(new IOException("another reason"))).isFalse();
    }
}
