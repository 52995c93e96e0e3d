package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/** The manual pages and the completion that the build has made, with the programs that read them. */
class GeneratedDocsIT {
    private static final Path DOCS = Path.of(System.getProperty("backhaul.agent.docs"));

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "tail", "check", "status"})
    void aManualPageHasEveryOptionAndNothingWrong(String command) throws Exception {
        CommandSpec agent = Commands.commandLine().getCommandSpec();
        CommandSpec spec =
                command.isEmpty() ? agent : agent.subcommands().get(command).getCommandSpec();
        Path page = DOCS.resolve("man").resolve(ManPage.name(spec) + ".1");
        String text = Files.readString(page).replace("\\-", "-");
        assertThat(spec.options()).allSatisfy(option -> assertThat(text).contains("\\fB" + option.longestName()));
        assertThat(output(List.of("mandoc", "-Tlint", "-Wwarning", page.toString())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "backhaul-agent t, tail",
        "backhaul-agent tail --sev, --severity",
        "backhaul-agent tail --color n, never",
        "backhaul-agent tail --color = al, always",
        "backhaul-agent tail --json --severity =, warning",
        "backhaul-agent run --metrics, --metrics-file",
        "backhaul-agent run --config /etc/host, /etc/hosts"
    })
    void bashCompletesTheLastWord(String typed, String completed) throws Exception {
        String script =
                ". \"$0\"; set -f; COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                        + " spec=$(complete -p backhaul-agent); spec=${spec#*-F };"
                        + " ${spec%% *} backhaul-agent \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\";"
                        + " printf '%s\\n' \"${COMPREPLY[@]}\"";
        Path completion = DOCS.resolve("completion/backhaul-agent.bash");
        assertThat(output(List.of("bash", "-c", script, completion.toString(), typed))
                        .lines()
                        .map(String::strip))
                .contains(completed);
    }

    @Test
    void zshCanReadItsCompletion() throws Exception {
        Path completion = DOCS.resolve("completion/_backhaul-agent");
        assertThat(completion).content().startsWith("#compdef backhaul-agent\n").contains("'--severity=[Only messages");
        assertThat(output(List.of("zsh", "-n", completion.toString()))).isEmpty();
    }

    /** What the program prints on both outputs. */
    private static String output(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeThat(e).as(command.get(0) + " is needed").isNull();
            return "";
        }
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
