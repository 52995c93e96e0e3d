package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import backhaul.agent.Position.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTest {
    private static final HostPort HOME = new HostPort("relay.example.org", 514);
    private static final HostPort SIX = new HostPort("::1", 601);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final List<State> open = new ArrayList<>();
    private CapturedLog log;
    private Path file;

    @BeforeEach
    void begin() throws IOException {
        log = new CapturedLog();
        file = Files.createDirectory(directory.resolve("state")).resolve("position");
    }

    @AfterEach
    void end() {
        open.forEach(state -> state.stop(LIMIT));
        log.close();
    }

    @Test
    void whatOneRunSavesTheNextFinds() throws Exception {
        State first = open();
        first.position(HOME).begin(new Mark("a-1", 5));
        first.position(HOME).handed(1, 0);
        first.position(SIX).begin(new Mark("b", 0));
        first.stop(LIMIT);
        State second = open();
        assertThat(second.instance()).isEqualTo(first.instance());
        assertThat(second.position(HOME).mark()).isEqualTo(new Mark("a-1", 6));
        assertThat(second.position(SIX).mark()).isEqualTo(new Mark("b", 0));
        assertThat(Files.readString(file))
                .isEqualTo(
                        "# How far this agent has got. To start without a position, stop the agent and delete this file.\n"
                                + "instance = " + first.instance() + "\n"
                                + "position [::1]:601 = b 0\n"
                                + "position relay.example.org:514 = a-1 6\n"
                                + "complete = yes\n");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void thePositionOfARelayNoLongerFollowedIsKept() throws Exception {
        State first = open();
        first.position(HOME).begin(new Mark("a", 5));
        first.stop(LIMIT);
        State second = open();
        second.position(SIX).begin(new Mark("b", 1));
        second.stop(LIMIT);
        assertThat(open().position(HOME).mark()).isEqualTo(new Mark("a", 5));
    }

    @Test
    void itIsSavedWithinASecondWhileMessagesFlow() throws Exception {
        State state = open();
        Position position = state.position(HOME);
        position.begin(new Mark("a", 0));
        position.handed(7, 0);
        position.pause();
        await().atMost(Duration.ofSeconds(3)).until(() -> saved().contains(" = a 7\n"));
        position.handed(1, 0);
        state.saveSoon();
        await().atMost(Duration.ofSeconds(3)).until(() -> saved().contains(" = a 8\n"));
    }

    @Test
    void itSleepsUntilSomethingHasMoved() throws Exception {
        State state = open();
        Position position = state.position(HOME);
        position.begin(new Mark("a", 0));
        position.pause();
        await().until(() -> saved().contains(" = a 0\n"));
        for (int moved = 1; moved < 3; moved++) {
            await().until(() -> state.saving().getState() == Thread.State.WAITING); // without a limit of time
            position.handed(1, 0);
            position.pause();
            String expected = " = a " + moved + "\n";
            await().atMost(Duration.ofSeconds(3)).until(() -> saved().contains(expected));
        }
    }

    @Test
    void aFileCutShortAnywhereIsSetAsideAndTold() throws Exception {
        State first = open();
        first.position(HOME).begin(new Mark("a", 12345));
        first.stop(LIMIT);
        String whole = Files.readString(file);
        for (int length = 0; length < whole.length() - 1; length++) {
            Files.writeString(file, whole.substring(0, length));
            State state = State.open(file);
            assertThat(state.position(HOME).mark()).isNull();
            assertThat(file).doesNotExist();
            assertThat(file.resolveSibling("position.damaged")).hasContent(whole.substring(0, length));
            state.start();
            state.stop(LIMIT);
        }
        assertThat(log.lines("The state file " + file + " is damaged (")).hasSize(whole.length() - 1);
        assertThat(log.lines("set aside as position.damaged; starting without a position"))
                .hasSize(whole.length() - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "position evil.example.org:514 = x 1999999999999999998",
                "position evil.example.org:514 = x -1",
                "position evil.example.org:514",
                "\0\0\0\0"
            })
    void aDamagedLineSpoilsNoOther(String line) throws Exception {
        State first = open();
        first.position(HOME).begin(new Mark("a", 5));
        first.position(SIX).begin(new Mark("b", 6));
        first.stop(LIMIT);
        String whole = Files.readString(file);
        String damaged = whole.replace("position relay", line + "\nposition relay");
        Files.writeString(file, damaged);
        State second = open();
        assertThat(second.instance()).isEqualTo(first.instance());
        assertThat(second.position(HOME).mark()).isEqualTo(new Mark("a", 5));
        assertThat(second.position(SIX).mark()).isEqualTo(new Mark("b", 6));
        assertThat(log.lines("The state file " + file + " is damaged (line 4 is not a position): copied to"
                        + " position.damaged; its other lines are used, "))
                .hasSize(1);
        assertThat(file.resolveSibling("position.damaged")).hasContent(damaged);
        second.stop(LIMIT);
        assertThat(file).as("it is whole again").hasContent(whole);
    }

    @Test
    void positionsOutliveADamagedInstance() throws Exception {
        State first = open();
        first.position(HOME).begin(new Mark("a", 5));
        first.stop(LIMIT);
        Files.writeString(file, saved().replace(first.instance(), "what?"));
        State second = open();
        assertThat(second.position(HOME).mark()).isEqualTo(new Mark("a", 5));
        assertThat(second.instance()).isNotEqualTo(first.instance()).matches("[0-9a-f-]{36}");
    }

    @Test
    void whatTheSystemDoesNotLetBeReadIsNotDamaged() throws Exception {
        Files.createDirectory(file); // as far as root gets to see such a failure
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> State.open(file));
        assertThat(failure.problems())
                .containsExactly("state names a file that the user " + System.getProperty("user.name")
                        + " cannot read: " + file
                        + " (Is a directory); nothing was changed: let this user read and write"
                        + " it, or move it away to start without a position");
        assertThat(file).isDirectory();
        assertThat(file.resolveSibling("position.damaged")).doesNotExist();
        Files.delete(file);
        open();
    }

    @Test
    void octetsThatAreNoTextAreDamage() throws Exception {
        Files.write(file, new byte[] {(byte) 0xff, 0, (byte) 0xfe});
        assertThat(open().position(HOME).mark()).isNull();
        assertThat(file.resolveSibling("position.damaged")).exists();
    }

    @Test
    void twoAgentsDoNotShareAFile() throws Exception {
        State first = open();
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> State.open(file));
        assertThat(failure.problems())
                .containsExactly(
                        "state names a file that another agent is using: " + file + "; give each agent one of its own");
        first.stop(LIMIT);
        open();
    }

    @Test
    void aFileThatCannotBeWrittenIsToldOnceAndTriedOn() throws Exception {
        State state = open();
        Position position = state.position(HOME);
        await().until(() -> Files.exists(file));
        Path elsewhere = Files.move(file.getParent(), directory.resolve("elsewhere"));
        for (int i = 0; i < 3; i++) {
            position.begin(new Mark("a", i));
            state.saveSoon();
            await().until(() -> !log.lines("cannot be written").isEmpty());
        }
        assertThat(log.lines("The state file " + file + " cannot be written (")).hasSize(1);
        Files.move(elsewhere, file.getParent());
        await().atMost(LIMIT).until(() -> saved().contains(" = a 2\n"));
        await().until(() ->
                !log.lines("The state file " + file + " can be written again").isEmpty());
    }

    @Test
    void aDiskThatIsFullIsToldOnceAndTheFileIsWrittenOnceThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                exitOf("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()) == 0,
                "only root can mount a disk of its own");
        try {
            file = disk.resolve("position");
            State state = open();
            Position position = state.position(HOME);
            position.begin(new Mark("a", 1));
            state.saveSoon();
            await().atMost(LIMIT).until(() -> saved().contains(" = a 1\n"));
            Path filler = disk.resolve("filler");
            Throwable full = catchThrowable(() -> Files.write(filler, new byte[1 << 20]));
            assertThat(full).hasMessageContaining("No space left on device");
            for (int i = 2; i < 5; i++) {
                position.begin(new Mark("a", i));
                state.saveSoon();
                await().atMost(LIMIT)
                        .until(() -> !log.lines("cannot be written (java.io.IOException: No space left on device)")
                                .isEmpty());
            }
            assertThat(saved()).as("the old one is there as a whole").contains(" = a 1\n", "complete = yes\n");
            Files.delete(filler);
            await().atMost(LIMIT).until(() -> saved().contains(" = a 4\n"));
            await().atMost(LIMIT)
                    .until(() -> !log.lines("The state file " + file + " can be written again")
                            .isEmpty());
            assertThat(log.lines("cannot be written")).hasSize(1);
            state.stop(LIMIT);
        } finally {
            exitOf("umount", "-l", disk.toString());
        }
    }

    private static int exitOf(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void withoutAFileNothingIsWritten() throws Exception {
        State state = State.open(null);
        state.position(HOME).begin(new Mark("a", 5));
        state.start();
        state.stop(LIMIT);
        assertThat(file.getParent()).isEmptyDirectory();
        assertThat(state.instance()).isNotEqualTo(State.inMemory().instance());
    }

    private State open() throws ConfigException {
        State state = State.open(file);
        open.add(state);
        state.position(HOME);
        state.start();
        return state;
    }

    private String saved() throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
