package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent when, with a script instead of systemd-notify; the agent's {@code ServiceReportTest} uses the real one. */
class ServiceManagerTest {
    private static final long PID = 4711;
    private static final String WATCHED_30_S = "30000000";

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
    private long now; // ns
    private int asked; // for the line

    private ServiceManager manager(String... environment) {
        Map<String, String> all = new HashMap<>(Map.of("NOTIFY_SOCKET", "/run/x"));
        for (int i = 0; i < environment.length; i += 2) {
            all.put(environment[i], environment[i + 1]);
        }
        return ServiceManager.of(
                all,
                PID,
                Runnable::run,
                warnings::add,
                directory.resolve("notify").toString(),
                () -> now);
    }

    /** What it is called with, a line each time; its status and words are as given. */
    private void script(int status, String words) throws IOException {
        Path script = Files.writeString(directory.resolve("notify"), """
                #!/bin/sh
                printf '%%s|' "$@" >>'%1$s/told'
                echo >>'%1$s/told'
                cat >>'%1$s/input'
                echo '%2$s' >&2
                exit %3$d
                """.formatted(directory, words, status));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    /** What was told since the last look. */
    private List<String> told() throws IOException {
        Path file = directory.resolve("told");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(file);
        Files.delete(file);
        return lines;
    }

    private void after(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private void turn(ServiceManager manager, String state, String figures) {
        manager.turn(() -> state, () -> {
            asked++;
            return state + figures;
        });
    }

    @Test
    void withoutASocketThereIsNobodyToTell() {
        assertThat(ServiceManager.of(Map.of(), PID, Runnable::run, warnings::add))
                .isNull();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", ""), PID, Runnable::run, warnings::add))
                .isNull();
    }

    @Test
    void theFirstTurnSaysAtOnceThatItIsReady() throws IOException {
        script(0, "");
        turn(manager("WATCHDOG_USEC", WATCHED_30_S), "0 agents", ", 78/s");
        assertThat(told()).containsExactly("READY=1|WATCHDOG=1|STATUS=0 agents, 78/s|");
        assertThat(directory.resolve("input"))
                .as("a socket on file descriptor 0 is not passed on")
                .isEmptyFile();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aChangeIsToldFiveSecondsAfterTheMessageBeforeIt() throws IOException {
        script(0, "");
        ServiceManager manager = manager("WATCHDOG_USEC", WATCHED_30_S);
        turn(manager, "0 agents", "");
        after(4);
        turn(manager, "1 agent", "");
        assertThat(told()).hasSize(1);
        after(1);
        turn(manager, "1 agent", "");
        assertThat(told()).containsExactly("READY=1|WATCHDOG=1|STATUS=1 agent|");
        after(6);
        turn(manager, "2 agents", "");
        assertThat(told()).containsExactly("READY=1|WATCHDOG=1|STATUS=2 agents|");
    }

    @Test
    void aSignOfLifeIsDueAfterHalfTheTimeAndTakesTheFiguresAlong() throws IOException {
        script(0, "");
        ServiceManager manager = manager("WATCHDOG_USEC", WATCHED_30_S, "WATCHDOG_PID", "" + PID);
        turn(manager, "1 agent", ", 1/s");
        told();
        for (int i = 0; i < 14; i++) {
            after(1);
            turn(manager, "1 agent", ", 2/s");
        }
        assertThat(told()).as("figures alone are worth no message").isEmpty();
        assertThat(asked).isEqualTo(1);
        after(1);
        turn(manager, "1 agent", ", 3/s");
        assertThat(told()).containsExactly("READY=1|WATCHDOG=1|STATUS=1 agent, 3/s|");
        after(15);
        turn(manager, "1 agent", ", 3/s");
        assertThat(told()).as("although nothing has changed").hasSize(1);
    }

    @Test
    void withoutAWatchdogNothingIsToldUnlessItHasChanged() throws IOException {
        for (String[] none : new String[][] {
            {}, {"WATCHDOG_USEC", "0"}, {"WATCHDOG_USEC", "soon"}, {"WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "1"}
        }) {
            script(0, "");
            ServiceManager manager = manager(none);
            turn(manager, "1 agent", ", 0/s");
            assertThat(told()).hasSize(1);
            after(60);
            turn(manager, "1 agent", ", 0/s");
            assertThat(told()).isEmpty();
            after(1);
            turn(manager, "1 agent", ", 4/s");
            assertThat(told()).containsExactly("READY=1|WATCHDOG=1|STATUS=1 agent, 4/s|");
            after(29);
            turn(manager, "1 agent", ", 5/s");
            assertThat(told()).isEmpty();
        }
    }

    @Test
    void aFailureIsSaidOnceAndTriedAgain() throws IOException {
        script(1, "Failed to notify");
        ServiceManager manager = manager("WATCHDOG_USEC", WATCHED_30_S);
        for (int i = 0; i < 3; i++) {
            turn(manager, "1 agent", "");
            after(5);
        }
        assertThat(told()).hasSize(3);
        assertThat(warnings)
                .containsExactly("The service manager cannot be told the state of this program, trying again: "
                        + directory.resolve("notify") + " ended with status 1: Failed to notify");
        script(0, "");
        turn(manager, "1 agent", "");
        after(5);
        turn(manager, "1 agent", "");
        assertThat(told()).hasSize(1);
    }

    @Test
    void aProgramThatIsNotThereIsSaidAndHarmsNothing() {
        ServiceManager manager = manager();
        turn(manager, "1 agent", "");
        assertThat(warnings).hasSize(1);
        manager.stopping();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void theLineIsOneLineAndNoEssay() throws IOException {
        script(0, "");
        turn(manager(), "no\nWATCHDOG=trigger" + "x".repeat(1_000), "");
        assertThat(told())
                .singleElement()
                .asString()
                .hasSizeLessThan(340)
                .contains("STATUS=no\\u000aWATCHDOG=triggerx");
    }

    @Test
    void oneAtATimeIsUnderWay() {
        AtomicInteger tasks = new AtomicInteger();
        ServiceManager manager = ServiceManager.of(
                Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", WATCHED_30_S),
                PID,
                task -> tasks.incrementAndGet(),
                warnings::add,
                "none",
                () -> now);
        for (int i = 0; i < 100; i++) {
            turn(manager, "state " + i, "");
            after(20);
        }
        assertThat(tasks).hasValue(1);
    }

    @Test
    void aLineThatCannotBeMadeIsTriedAgain() throws IOException {
        script(0, "");
        ServiceManager manager = manager("WATCHDOG_USEC", WATCHED_30_S);
        assertThatThrownBy(() -> manager.turn(() -> "1 agent", () -> {
                    throw new IllegalStateException("no figures today");
                }))
                .hasMessage("no figures today");
        after(1);
        turn(manager, "1 agent", "");
        assertThat(told()).hasSize(1);
    }

    @Test
    void nothingIsToldOnceItStops() throws Exception {
        script(0, "");
        ServiceManager manager = manager("WATCHDOG_USEC", WATCHED_30_S);
        manager.stopping();
        turn(manager, "1 agent", "");
        await().until(() -> Files.exists(directory.resolve("input")));
        assertThat(told()).containsExactly("STOPPING=1|STATUS=Stopping|");
    }
}
