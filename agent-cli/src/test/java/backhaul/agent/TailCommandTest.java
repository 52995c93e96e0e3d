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
                "--last=5 --all | --all and --last exclude each other",
                "--last=-1 | --last must be a number of messages, 0..999999999, was -1",
                "--last=1000000000 | --last must be a number of messages, 0..999999999, was 1000000000",
                "--all --state=f | --all and --state exclude each other: with a position, tail continues where it stopped",
                "--last 5 --state=f | --last and --state exclude each other: ",
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
