package backhaul.relay.check;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.TestRelay;
import backhaul.relay.settings.LibertySettings;
import backhaul.relay.settings.RelayFileSource;
import backhaul.transport.CheckReport;
import backhaul.transport.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each setting of the table is refused by {@code check}, before the start and on Liberty, in the same words. The table is
 * for {@code ConfigurationIT} as well, which has a real Liberty.
 */
class WrongSettingsTest {
    private static final Path TABLE = Path.of("src/test/resources/backhaul/relay/wrong-settings.csv");

    @TempDir
    private Path server;

    private final Map<String, String> settings = new LinkedHashMap<>(TestRelay.settings());
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();

    record Row(String place, List<String> lines, String sentence) {}

    static Stream<Row> rows() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" \\| ", 3))
                .map(cells -> new Row(cells[0], List.of(cells[1].split(";")), cells[2]));
    }

    private record Source(int getOrdinal, String getName, Map<String, String> getProperties) implements ConfigSource {
        @Override
        public Set<String> getPropertyNames() {
            return getProperties.keySet();
        }

        @Override
        public String getValue(String name) {
            return getProperties.get(name);
        }
    }

    /** Puts the lines where they belong, and everything else that must be set below them. */
    private void write(Row row) throws IOException {
        settings.put("relay.udp.port", String.valueOf(FreePort.next()));
        settings.put("relay.tls.port", String.valueOf(FreePort.next()));
        List<String> file = new ArrayList<>();
        for (String line : row.lines()) {
            String key = line.substring(0, line.indexOf('=')).strip();
            String value = line.substring(line.indexOf('=') + 1);
            settings.remove(key);
            switch (row.place()) {
                case "relay.properties" -> file.add(line);
                case "environment" -> environment.put(key, value);
                case "server.env" -> {
                    environment.put(key, value); // as the server's script does
                    Files.writeString(server.resolve("server.env"), line + "\n");
                }
                case "server.xml" -> {
                    variables.put(key, value);
                    Files.writeString(
                            server.resolve("server.xml"),
                            "<server><variable name=\"" + key + "\" value=\"" + value + "\"/></server>");
                }
                case "bootstrap.properties" -> {
                    properties.put(key, value);
                    Files.writeString(server.resolve("bootstrap.properties"), line + "\n");
                }
                case "jvm.options" -> {
                    properties.put(key, value);
                    Files.writeString(server.resolve("jvm.options"), "-Xmx256m\n-D" + line + "\n");
                }
                default -> throw new IllegalArgumentException(row.place());
            }
        }
        settings.forEach((key, value) -> file.add(key + "=" + value));
        Files.write(server.resolve("relay.properties"), file);
    }

    private String sentence(Row row, String properties) {
        return row.sentence()
                .replace("FILE", server.resolve("relay.properties").toString())
                .replace("PROPERTIES", properties);
    }

    private List<String> onLiberty() {
        List<ConfigSource> sources = List.of(
                new Source(500, "variables", variables),
                new Source(400, "system properties", properties),
                new Source(300, "environment", environment),
                new RelayFileSource(server),
                new Source(1, "defaults", Map.of("http.port", "9080")));
        return LibertySettings.read(sources, server).problems();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRefusedInTheSameWordsEverywhere(Row row) throws IOException {
        write(row);
        String before = sentence(
                row, server.resolve(row.place()) + " line " + (row.place().equals("jvm.options") ? 2 : 1));

        ByteArrayOutputStream checked = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(checked, true, StandardCharsets.UTF_8);
        int status = new RelayCheck(server, environment, new CheckReport(out, false)).run();
        assertThat(checked.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("[FAIL]")))
                .containsExactly("  [FAIL] " + before);
        assertThat(status).isEqualTo(RelayCheck.MISCONFIGURED);

        ByteArrayOutputStream said = new ByteArrayOutputStream();
        status = RelayCommand.start(
                server,
                environment,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(said.toString(StandardCharsets.UTF_8).lines()).containsExactly("backhaul-relay: " + before);
        assertThat(status).isEqualTo(RelayCheck.MISCONFIGURED);

        assertThat(onLiberty()).containsExactly(sentence(row, "the system properties, of bootstrap.properties or -D"));
    }

    @Test
    void whatIsRightIsTakenEverywhere() throws IOException {
        write(new Row("environment", List.of("RELAY_HEARTBEAT=7s", "HTTP_PORT=9999"), ""));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        assertThat(RelayCommand.start(
                        server,
                        environment,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(said, true, StandardCharsets.UTF_8)))
                .isEqualTo(RelayCheck.OK);
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("9999\n");
        assertThat(onLiberty()).isEmpty();
    }
}
