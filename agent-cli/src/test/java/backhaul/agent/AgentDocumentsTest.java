package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.Documents;
import backhaul.transport.Documents.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** agent.properties and SETTINGS.md say of the settings what the code does. */
class AgentDocumentsTest {
    private static final Path SAMPLE = Path.of("src", "main", "config", "agent.properties");

    @TempDir
    private Path directory;

    private final List<Sample> samples = Documents.sample(SAMPLE);
    private final List<List<String>> table = Documents.table(Path.of("..", "liberty", "SETTINGS.md"), "## Agent");

    @Test
    void theFileHasEachKeyOnce() {
        assertThat(samples)
                .extracting(Sample::key)
                .containsExactlyInAnyOrderElementsOf(Stream.of(Setting.values())
                        .filter(setting -> setting != Setting.CONFIG)
                        .map(Setting::key)
                        .toList());
    }

    @Test
    void theDefaultsOfTheFileAreThoseOfTheCode() {
        for (Sample sample : samples) {
            Setting setting = Setting.inFile(sample.key());
            assertThat(sample.hasDefault() ? sample.value() : null)
                    .as(sample.key())
                    .isEqualTo(setting.defaultValue());
            assertThat(sample.isRequired()).as(sample.key()).isEqualTo(setting.required());
        }
    }

    @Test
    void theTableHasEachSettingOnceWithItsDefault() {
        List<String> flags = new ArrayList<>();
        for (List<String> row : table) {
            String flag = row.get(0).replaceFirst("^`(--[a-z-]+).*", "$1");
            flags.add(flag);
            Setting setting = Stream.of(Setting.values())
                    .filter(candidate -> candidate.flag().equals(flag))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + flag));
            assertThat(row.get(1)).isEqualTo("`" + setting.variable() + "`");
            if (setting.defaultValue() != null) {
                assertThat(row.get(2)).as(flag).isEqualTo("`" + setting.defaultValue() + "`");
            } else {
                assertThat(row.get(2).startsWith("required")).as(flag).isEqualTo(setting.required());
            }
        }
        assertThat(flags)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Setting.values()).map(Setting::flag).toList());
    }

    /** As an administrator would: every # taken away, and the files that are named put beside it. */
    @Test
    void everyLineOfTheFileIsValid() throws Exception {
        List<String> lines = new ArrayList<>();
        for (Sample sample : samples) {
            String value = sample.value();
            if (sample.key().equals("state")) {
                value = "position";
            } else if (sample.key().equals("metrics-file")) {
                value = "agent.prom";
            } else if (value.matches("\\w+\\.(crt|key|pem|passphrase)")) {
                Files.writeString(directory.resolve(value), "");
            }
            lines.add(sample.key() + "=" + value);
        }
        Path file = Files.write(directory.resolve("agent.properties"), lines);
        AgentConfig config = AgentConfig.from(Map.of(Setting.CONFIG, List.of(file.toString())), Map.of());
        assertThat(config.relays()).hasSize(1);
        assertThat(config.crl()).isEqualTo(directory.resolve("crl.pem"));
    }
}
