package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayLogTest {
    private static final Logger LOGGER = Logger.getLogger("backhaul.relay");

    private static final Pattern MORE = Pattern.compile("\\(and (\\d+) more of the kind");

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

    /** How many lines these stand for. */
    private long saidOrCounted() {
        return lines.stream()
                .map(line -> MORE.matcher(line.getMessage()))
                .mapToLong(more -> more.find() ? 1 + Long.parseLong(more.group(1)) : 1)
                .sum();
    }

    @Test
    void theEndOfAFloodIsSaidOnceItMayBe() {
        RelayLog log = new RelayLog(2, TimeUnit.MILLISECONDS.toNanos(50));
        for (int i = 0; i < 1_000; i++) {
            log.repeatable(RelayLog.Kind.STRANGER, "stranger " + i);
        }
        await().untilAsserted(() -> {
            log.sweep();
            assertThat(lines.get(lines.size() - 1).getMessage()).startsWith("stranger 999");
        });
        assertThat(saidOrCounted()).isEqualTo(1_000);
        int said = lines.size();
        log.sweep();
        log.finish();
        assertThat(lines).hasSize(said);
    }

    @Test
    void whatWasHeldBackOfEachKindIsSaidAtStop() {
        RelayLog log = new RelayLog(2, Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            log.repeatable(RelayLog.Kind.STRANGER, "stranger " + i);
            log.repeatable(RelayLog.Kind.OWN, "own " + i);
        }
        log.sweep();
        assertThat(lines).hasSize(4);
        log.finish();
        assertThat(lines)
                .extracting(LogRecord::getMessage)
                .containsExactlyInAnyOrder(
                        "stranger 0",
                        "stranger 1",
                        "own 0",
                        "own 1",
                        "stranger 99 (and 97 more of the kind since the last such line)",
                        "own 99 (and 97 more of the kind since the last such line)");
        log.finish();
        assertThat(saidOrCounted()).isEqualTo(200);
    }

    @Test
    void agentThatComesAndGoesUsesUpItsOwnAllowanceOnly() {
        X509Certificate busy = TestSite.HOME.certificate();
        X509Certificate quiet = TestSite.CA.agent("quiet").issue().credentials().certificate();
        RelayLog log = new RelayLog(2, Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            log.agent(busy, "busy " + i);
        }
        log.agent(quiet, "quiet");
        log.repeatable(RelayLog.Kind.REFUSED, busy, "refused");
        assertThat(lines).extracting(LogRecord::getMessage).containsExactly("busy 0", "busy 1", "quiet", "refused");
        assertThat(lines.get(0).getLevel()).isEqualTo(Level.INFO);
        assertThat(lines.get(3).getLevel()).isEqualTo(Level.WARNING);
        log.finish();
        assertThat(saidOrCounted()).isEqualTo(102);
    }
}
