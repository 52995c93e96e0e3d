package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConsoleLogTest {
    private static final Instant TIME = Instant.parse("2026-11-23T10:15:00.123Z");

    @Test
    void aLineIsTimeLevelAndText() {
        assertThat(ConsoleLog.line(TIME, Level.WARNING, "relay.example.org:514: it broke", false))
                .isEqualTo("2026-11-23T10:15:00Z WARNING relay.example.org:514: it broke");
    }

    @Test
    void theJournalGetsAPriorityInstead() {
        assertThat(ConsoleLog.line(TIME, Level.ERROR, "a", true)).isEqualTo("<3>a");
        assertThat(ConsoleLog.line(TIME, Level.WARNING, "a", true)).isEqualTo("<4>a");
        assertThat(ConsoleLog.line(TIME, Level.INFO, "a", true)).isEqualTo("<6>a");
    }

    @Test
    void whatAPeerSentCannotStartALine() {
        assertThat(ConsoleLog.line(TIME, Level.INFO, "a\n<0>b\u001b[31m", true)).isEqualTo("<6>a?<0>b?[31m");
    }

    @Test
    void bracesAreText() {
        try (CapturedLog log = new CapturedLog()) {
            System.getLogger("x").log(Level.INFO, "BYE {0} '{1}'");
            assertThat(log.text()).endsWith("INFO BYE {0} '{1}'" + System.lineSeparator());
        }
    }

    @Test
    void debugIsNotShown() {
        try (CapturedLog log = new CapturedLog()) {
            System.getLogger("x").log(Level.DEBUG, "no");
            assertThat(log.text()).isEmpty();
        }
    }
}
