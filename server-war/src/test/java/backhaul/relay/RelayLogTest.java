package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayLogTest {
    private static final Logger LOGGER = Logger.getLogger("backhaul.relay");

    private final List<LogRecord> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void leave() {
        LOGGER.removeHandler(handler);
    }

    private static RuntimeException fault(int number) {
        return new IllegalStateException("fault " + number);
    }

    @Test
    void repeatedFaultIsOneStackTraceThenARatedWarning() {
        RelayLog log = new RelayLog(3);
        for (int i = 0; i < 1_000; i++) {
            log.fault("Housekeeping failed, going on", fault(i));
        }
        assertThat(lines)
                .filteredOn(line -> line.getThrown() != null)
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
                    assertThat(line.getThrown()).hasMessage("fault 0");
                });
        // Three at once; a machine that stood still for 10 s in between may have earned one more.
        assertThat(lines).hasSizeBetween(4, 6);
        assertThat(lines.get(1).getMessage())
                .isEqualTo("Housekeeping failed, going on: java.lang.IllegalStateException: fault 1");
        assertThat(lines.get(1).getLevel()).isEqualTo(Level.WARNING);
    }

    @Test
    void faultFromElsewhereHasAStackTraceOfItsOwn() {
        RelayLog log = new RelayLog(3);
        for (int i = 0; i < 2; i++) {
            log.fault("Housekeeping failed, going on", fault(i));
            log.fault("Housekeeping failed, going on", new IllegalStateException("from here"));
        }
        assertThat(lines).filteredOn(line -> line.getThrown() != null).hasSize(2);
        assertThat(lines).hasSize(4);
    }
}
