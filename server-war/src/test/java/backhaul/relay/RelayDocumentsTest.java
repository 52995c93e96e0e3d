package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.RelaySettings;
import backhaul.transport.Documents;
import backhaul.transport.Documents.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** relay.properties and SETTINGS.md describe the settings as the code has them. */
class RelayDocumentsTest {
    private static final Path CONFIG = Path.of("..", "liberty", "src", "main", "liberty", "config");
    private static final Pattern LIMITS = Pattern.compile(" (\\d\\w*\\.\\.\\d\\w*)");

    private final List<Sample> samples = Documents.sample(CONFIG.resolve("relay.properties"));
    private final List<List<String>> table = Documents.table(Path.of("..", "liberty", "SETTINGS.md"), "## Relay");

    private final Map<String, String> least = Map.of(
            "relay.tls.cert", "/relay.crt",
            "relay.tls.key", "/relay.key",
            "relay.tls.ca", "/ca.crt",
            "relay.tls.issuer", "/CN=ca");

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>(RelayConfig.keys());
        keys.add(RelaySettings.HTTP_PORT);
        return keys;
    }

    private RelayConfig with(String key, String value) throws RelayConfig.Invalid {
        Map<String, String> settings = new HashMap<>(least);
        settings.put(key, value);
        return RelayConfig.parse(asked -> Optional.ofNullable(settings.get(asked)));
    }

    @Test
    void theFileHasEachKeyOnce() {
        assertThat(samples).extracting(Sample::key).containsExactlyInAnyOrderElementsOf(keys());
    }

    @Test
    void theTableHasEachKeyOnce() {
        assertThat(table).extracting(row -> row.get(0).replace("`", "")).containsExactlyInAnyOrderElementsOf(keys());
    }

    @Test
    void theDefaultsOfTheFileAreThoseOfTheCode() throws Exception {
        RelayConfig byDefault = with("relay.heartbeat", "");
        for (Sample sample : samples) {
            if (sample.key().equals(RelaySettings.HTTP_PORT)) {
                assertThat(Files.readString(CONFIG.resolve("server.xml")))
                        .contains("<variable name=\"http.port\" defaultValue=\"" + sample.value() + "\"/>");
            } else if (sample.hasDefault()) {
                assertThat(with(sample.key(), sample.value())).as(sample.key()).isEqualTo(byDefault);
            } else {
                assertThat(with(sample.key(), sample.value()))
                        .as("the example of " + sample.key())
                        .isNotEqualTo(byDefault);
            }
            assertThat(sample.isRequired()).as(sample.key()).isEqualTo(least.containsKey(sample.key()));
        }
    }

    @Test
    void theTableHasTheSameDefaults() {
        for (Sample sample : samples) {
            String byDefault = row(sample).get(1);
            if (sample.hasDefault()) {
                assertThat(byDefault).as(sample.key()).isEqualTo("`" + sample.value() + "`");
            } else {
                assertThat(byDefault.equals("required")).as(sample.key()).isEqualTo(sample.isRequired());
                assertThat(byDefault).as(sample.key()).doesNotContain("`");
            }
        }
    }

    @Test
    void bothNameTheLimits() {
        int limited = 0;
        for (Sample sample : samples) {
            Matcher limits = LIMITS.matcher(problem(sample.key()));
            if (limits.find()) {
                limited++;
                assertThat(sample.remark()).as(sample.key()).contains(limits.group(1));
                assertThat(row(sample).get(2)).as(sample.key()).contains(limits.group(1));
            }
        }
        assertThat(limited).isGreaterThan(10);
    }

    private String problem(String key) {
        try {
            with(key, "?");
            return "";
        } catch (RelayConfig.Invalid e) {
            return e.getMessage();
        }
    }

    private List<String> row(Sample sample) {
        return table.stream()
                .filter(row -> row.get(0).equals("`" + sample.key() + "`"))
                .findFirst()
                .orElseThrow();
    }
}
