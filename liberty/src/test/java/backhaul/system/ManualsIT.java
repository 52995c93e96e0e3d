package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual pages and the completion of relay and authority, as the packages have them. */
@Tag("shell")
class ManualsIT {
    private static final Path RELAY =
            Build.root().resolve("liberty/src/main/dist/bin/backhaul-relay").normalize();
    private static final Path CA = Build.root().resolve("ca-scripts/backhaul-ca");

    private static Path directory;

    @BeforeAll
    static void unpack() throws Exception {
        directory = Build.scratch("manuals");
        for (Path file : List.of(
                Build.debianPackage("liberty", "backhaul-relay"),
                Build.debianPackage("agent-cli", "backhaul-agent"),
                Build.debianPackage("ca-scripts", "backhaul-ca"))) {
            Command.run(directory, Map.of(), List.of(Tool.require("dpkg-deb"), "-x", file.toString(), "."))
                    .expect(0);
        }
        try (var pages = Files.walk(directory.resolve("usr/share/man"))) {
            for (Path page : (Iterable<Path>) pages.filter(Files::isRegularFile)::iterator) {
                try (InputStream packed = new GZIPInputStream(Files.newInputStream(page))) {
                    Files.copy(
                            packed,
                            directory.resolve(page.getFileName().toString().replace(".gz", "")));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"backhaul-relay.8", "relay.properties.5", "agent.properties.5", "backhaul-ca.1"})
    void mandocFindsNothingWrong(String page) {
        Command lint = Command.run(Tool.require("mandoc"), "-Tlint", "-Wwarning", path(page));
        assertThat(lint.expect(0).output()).isEmpty();
    }

    @Test
    void theManualOfTheRelaySaysWhatItsHelpSays() throws Exception {
        assertThat(words("backhaul-relay.8")).contains(help(RELAY));
    }

    @Test
    void theManualOfTheAuthoritySaysWhatItsHelpSaysOfEachCommand() throws Exception {
        List<String> commands = new ArrayList<>();
        for (String line : Command.run(CA.toString(), "--help").output().split("\n")) {
            if (line.matches("  [a-z].*")) {
                commands.add(line.strip().split(" ")[0]);
            }
        }
        assertThat(commands).contains("init", "crl").hasSizeGreaterThan(10);
        assertThat(words("backhaul-ca.1")).contains(help(CA));
        for (String command : commands) {
            assertThat(words("backhaul-ca.1")).contains(help(CA, command));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "relay.properties.5, liberty/src/main/liberty/config/relay.properties",
        "agent.properties.5, agent-cli/src/main/config/agent.properties"
    })
    void theManualHasEverySettingWithItsRemark(String page, String file) throws Exception {
        String words = words(page);
        for (String line : Files.readAllLines(Build.root().resolve(file))) {
            if (line.startsWith("# ") && !line.startsWith("# --")) {
                assertThat(words).contains(squeezed(line.substring(2).replace("`", "")));
            } else if (line.matches("#[a-z].*=.*")) {
                String[] setting = line.substring(1).split("=", 2);
                assertThat(words).containsPattern(": \\Q" + squeezed(setting[1]) + "\\E( |$)");
                assertThat(words).contains(" " + setting[0] + " ");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "backhaul-relay c, check",
        "backhaul-relay --v, --version",
        "backhaul-ca req, request",
        "backhaul-ca renew r, relay.example.net",
        "backhaul-ca bundle --dir other h, house",
        "backhaul-ca bundle house r, relay.example.net",
        "backhaul-ca renew house --new, --new-key",
        "backhaul-ca revoke house s, stolen",
        "backhaul-ca sign some.csr a, agent",
        "backhaul-ca agent house --passphrase-file /etc/host, /etc/hosts"
    })
    void bashCompletesTheLastWord(String typed, String completed) throws Exception {
        for (String machine : List.of(
                "backhaul-authority/machines/relay.example.net",
                "other/machines/house",
                "elsewhere/backhaul-authority/machines/wrong",
                "elsewhere/other/machines/wrong")) {
            Files.createDirectories(directory.resolve(machine));
        }
        String command = typed.split(" ")[0];
        String script = ". \"$0\"; COMP_LINE=$1; read -ra COMP_WORDS <<<\"$1\"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                + " spec=$(complete -p \"$2\"); spec=${spec#*-F }; ${spec%% *} \"$2\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Path completion = directory.resolve("usr/share/bash-completion/completions/" + command);
        Command complete = Command.run(
                directory,
                Map.of(
                        "PATH",
                        RELAY.getParent() + ":" + CA.getParent() + ":" + System.getenv("PATH"),
                        "CDPATH",
                        directory.resolve("elsewhere").toString()),
                List.of("bash", "-c", script, completion.toString(), typed, command));
        assertThat(complete.expect(0).output().lines()).contains(completed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backhaul-relay", "backhaul-ca", "backhaul-agent"})
    void zshCanReadItsCompletion(String command) throws Exception {
        Path completion = directory.resolve("usr/share/zsh/vendor-completions/_" + command);
        assertThat(completion).content().startsWith("#compdef " + command + "\n");
        assertThat(Command.run(Tool.require("zsh"), "-n", completion.toString())
                        .expect(0)
                        .output())
                .isEmpty();
    }

    /**
     * The lines of a help text after its synopsis, each as words, except the parts that a manual has in other places.
     */
    private static List<String> help(Path program, String... command) {
        List<String> asked = new ArrayList<>(List.of(program.toString()));
        asked.addAll(List.of(command));
        asked.add("--help");
        List<String> lines = Command.run(asked.toArray(String[]::new))
                .expect(0)
                .output()
                .lines()
                .dropWhile(line -> !line.isEmpty())
                .filter(line -> !line.isEmpty() && !line.startsWith("/") && !line.contains("the folder of the CA; now"))
                .map(line -> squeezed(line.replaceFirst("^Exit [a-z ]*: ?", "")))
                .toList();
        assertThat(lines).isNotEmpty();
        return lines;
    }

    /** The text that a reader of the page sees, as words. */
    private static String words(String page) throws IOException {
        String text = Files.readString(Path.of(path(page)), StandardCharsets.UTF_8);
        return squeezed(text.replaceAll("(?m)^\\.(TP|PP|br|nf|fi|RS.*|RE)\n", "")
                .replaceAll("(?m)^\\.[A-Z]+ ", "")
                .replaceAll("\\\\f[BIR]|\\\\&", "")
                .replace("\\-", "-")
                .replace("\\(ti", "~")
                .replace("\\(ha", "^")
                .replace("\\e", "\\"));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static String path(String page) {
        return directory.resolve(page).toString();
    }
}
