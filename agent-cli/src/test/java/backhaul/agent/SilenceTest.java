package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.agent.Position.Mark;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DUE = Duration.ofMinutes(61);

    private final HostPort relay = new HostPort("relay.example.org", 514);
    private final AtomicLong clock = new AtomicLong(-5); // ns
    private final AtomicLong wall = new AtomicLong(1_000_000); // ms

    @Test
    void itIsTimedFromTheLastMessage() {
        Silence silence = silence(HOUR, new Mark("a", 1));
        awake(DUE.minusNanos(1));
        silence.end(); // a message
        assertThat(look(silence, 1)).isNull();
        awake(DUE.minusNanos(1));
        assertThat(look(silence, 1)).isNull();
        awake(Duration.ofNanos(1));
        assertThat(look(silence, 1))
                .startsWith("no message has come from the relay relay.example.org:514 for 1 h 1 min, ");
        assertThat(look(silence, 1)).as("it stays due").isNotNull();
        silence.told();
        assertThat(look(silence, 1)).isNull();
    }

    @Test
    void eachSilenceIsToldAgain() {
        Silence silence = silence(HOUR, null);
        for (int i = 0; i < 2; i++) {
            silence.end();
            assertThat(silence.endText()).isNull();
            assertThat(look(silence, 1)).isNull();
            awake(DUE);
            assertThat(look(silence, 1)).isNotNull();
            silence.told();
            assertThat(silence.endText()).endsWith(" again after a silence of 1 h 1 min");
        }
    }

    @Test
    void aRelayThatNeverSentIsNotMissed() {
        Silence silence = silence(HOUR, null);
        awake(HOUR.multipliedBy(3));
        assertThat(silence.look(new Position(null), null)).isNull();
        assertThat(look(silence, 0)).isNull();
        assertThat(look(silence, 1)).as("its stream has begun").isNotNull();
    }

    /** The state file knows that it has; in its new ring it has not yet. */
    @Test
    void aRelayThatSentToAnEarlierRunIsMissedFromTheBeginOn() {
        Silence silence = silence(HOUR, new Mark("a", 3));
        assertThat(look(silence, 0)).isNull();
        awake(DUE);
        assertThat(look(silence, 0)).contains(" for 1 h 1 min, ");
    }

    @Test
    void aMachineThatSleepsMissesNothingButTheTimeCounts() {
        Silence silence = silence(HOUR, new Mark("a", 3));
        awake(Duration.ofMinutes(30));
        wall.addAndGet(Duration.ofHours(8).toMillis());
        assertThat(look(silence, 3)).isNull();
        awake(Duration.ofMinutes(31));
        assertThat(look(silence, 3)).contains(" for 9 h 1 min, ");
    }

    @Test
    void itCanBeSwitchedOff() {
        Silence silence = silence(Duration.ZERO, new Mark("a", 3));
        awake(Duration.ofDays(99));
        assertThat(look(silence, 3)).isNull();
    }

    private Silence silence(Duration limit, Mark position) {
        return new Silence(relay, limit, position, clock::get, wall::get);
    }

    private static String look(Silence silence, long next) {
        return silence.look(new Position(new Mark("a", next)), null);
    }

    private void awake(Duration time) {
        clock.addAndGet(time.toNanos());
        wall.addAndGet(time.toMillis());
    }
}
