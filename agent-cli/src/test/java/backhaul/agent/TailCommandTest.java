package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

class TailCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--raw --json | --raw and --json exclude each other",
                "--color=often | --color must be auto, always or never, was often",
                "--severity=bad | --severity must be one of emerg, alert, ",
                "--grep=a --grep=b( | --grep must be a regular expression of Java, was b( ("
            })
    void whatItIsAskedForWronglyIsSaidBeforeAnythingIsRead(String options, String message) {
        ParseResult tail =
                Commands.commandLine().parseArgs(("tail " + options).split(" ")).subcommand();
        assertThatThrownBy(() -> TailCommand.run(tail, Map.of()))
                .isInstanceOf(ParameterException.class)
                .hasMessageStartingWith(message);
    }
}
