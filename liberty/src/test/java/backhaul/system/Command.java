package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A program that was run to its end.
 *
 * @param output standard output and standard error together
 */
record Command(List<String> command, int exit, String output) {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Runs it in an empty directory. */
    static Command run(String... command) {
        return run(Build.scratch("command"), Map.of(), List.of(command));
    }

    static Command run(Path directory, Map<String, String> environment, List<String> command) {
        try (Daemon process = Daemon.start("command", directory, environment, command)) {
            int exit = process.awaitExit(LIMIT);
            return new Command(command, exit, process.log());
        }
    }

    /** Fails with the output if it ended with another code. */
    Command expect(int code) {
        assertThat(exit).as("%s said: %s", command, output).isEqualTo(code);
        return this;
    }
}
