package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The administrator's mistakes are reported in a sentence, both in the log and in readiness. */
class ConfigurationIT {
    private static void expectProblem(RelayServer relay, String regex) {
        try {
            Wait.until(
                    "problem /" + regex + "/",
                    Wait.START,
                    () -> Pattern.compile(regex)
                            .matcher(relay.health().problem())
                            .find());
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + ": " + relay.health() + "\n" + relay.log(), e);
        }
        assertThat(relay.health().status()).isEqualTo(503);
        assertThat(relay.log()).containsPattern(regex).doesNotContain("\tat ");
    }

    @Test
    void everyWrongValueIsNamedAndTheEnvironmentWinsOverTheFile() {
        try (RelayServer relay = RelayServer.named("wrong-relay")
                .with("relay.udp.port", "99999")
                .with("relay.heartbeat", "sometimes")
                .with("relay.tls.address", "not an address")
                .with("relay.tls.issuer", "nobody")
                .withLine("relay.heartbeat=5s")
                .withLine("relay.backlog.size=12")
                .withLine("relay.max-agents=0")
                .start()) {
            for (String mistake : new String[] {
                "relay\\.udp\\.port .*99999",
                "relay\\.backlog\\.size .*1MiB.*12",
                "relay\\.heartbeat .*sometimes",
                "relay\\.max-agents .*0",
                "relay\\.tls\\.address .*not an address",
                "relay\\.tls\\.issuer .*nobody"
            }) {
                expectProblem(relay, mistake);
            }
            for (String path : new String[] {"/", "/status", "/metrics"}) {
                assertThat(relay.namespace().get(Integer.parseInt(relay.setting("http.port")), path))
                        .as(path)
                        .contains(path.equals("/metrics") ? "\nbackhaul_relay_ready 0\n" : "relay.max-agents must be");
            }
        }
    }

    /** Some of the table of {@code WrongSettingsTest} for this place. */
    private static List<String[]> wrong(String place) throws IOException {
        Path table = Build.root().resolve("server-war/src/test/resources/backhaul/relay/wrong-settings.csv");
        return Files.readAllLines(table).stream()
                .map(line -> line.split(" \\| ", 3))
                .filter(cells -> cells[0].equals(place))
                .limit(2)
                .toList();
    }

    /** Of a command that refuses what is set. */
    private static List<String> said(Map<String, String> environment, String command) {
        return Command.run(
                        Build.scratch("refused"),
                        environment,
                        List.of(Build.launcher().toString(), command))
                .expect(78)
                .output()
                .lines()
                .toList();
    }

    @Test
    void theCommandRefusesWhatCheckRefusesInTheSameWordsBeforeItStartsAServer() throws IOException {
        RelayServer relay = RelayServer.named("refused-relay");
        Path file = relay.serverDirectory().resolve("relay.properties");
        for (String place : List.of("relay.properties", "environment", "server.env", "server.xml")) {
            String original = Files.readString(relay.serverDirectory().resolve("server.xml"));
            for (String[] row : wrong(place)) {
                Map<String, String> environment = relay.environment();
                Files.writeString(file, "");
                for (String line : row[1].split(";")) {
                    String key = line.substring(0, line.indexOf('=')).strip();
                    String value = line.substring(line.indexOf('=') + 1);
                    environment.remove(RelayServer.variable(key));
                    switch (place) {
                        case "relay.properties" -> Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
                        case "environment" -> environment.put(key, value);
                        case "server.env" ->
                            Files.writeString(relay.serverDirectory().resolve("server.env"), line + "\n");
                        default ->
                            Files.writeString(
                                    relay.serverDirectory().resolve("server.xml"),
                                    original.replace(
                                            "</server>",
                                            "<variable name=\"" + key + "\" value=\"" + value + "\"/></server>"));
                    }
                }
                String sentence = row[2].replace("FILE", file.toString());
                assertThat(said(environment, "run")).containsExactly("backhaul-relay: " + sentence);
                assertThat(said(environment, "check"))
                        .filteredOn(line -> line.contains("[FAIL]"))
                        .containsExactly("  [FAIL] " + sentence);
            }
            Files.writeString(relay.serverDirectory().resolve("server.xml"), original);
            Files.writeString(relay.serverDirectory().resolve("server.env"), "");
        }
    }

    @Test
    void onLibertyAKeyThatDoesNotExistIsRefusedFromEveryPlace() throws IOException {
        RelayServer relay = RelayServer.named("misspelt-relay");
        relay.with("RELAY_TLS_ALOW", "cn:home")
                .inFile("relay.tls.cert")
                .withLine("relay.tls.cert=${relay.tls.cert}")
                .withLine("relay.tls.crll=/etc/crl.pem");
        Path server = relay.serverDirectory();
        Files.writeString(
                server.resolve("bootstrap.properties"), "\nrelay.tls.alllow=cn:home\n", StandardOpenOption.APPEND);
        String xml = Files.readString(server.resolve("server.xml"));
        Files.writeString(
                server.resolve("server.xml"),
                xml.replace("</server>", "<variable name=\"relay.tls.allw\" value=\"cn:home\"/></server>"));
        try (relay) {
            relay.start();
            for (String mistake : new String[] {
                "the environment has RELAY_TLS_ALOW, which is not a setting of the relay: the nearest is RELAY_TLS_ALLOW",
                "line \\d+: there is no key relay\\.tls\\.crll; the nearest is relay\\.tls\\.crl",
                "relay\\.tls\\.cert has \\$\\{relay\\.tls\\.cert}, which leads back to itself",
                "line \\d+: relay\\.tls\\.cert was already set in .* line \\d+; the last one counts",
                "bootstrap\\.properties or -D: there is no key relay\\.tls\\.alllow; the nearest is relay\\.tls\\.allow",
                "a variable of server\\.xml: there is no key relay\\.tls\\.allw; the nearest is relay\\.tls\\.allow"
            }) {
                expectProblem(relay, mistake);
            }
            for (String path : new String[] {"/", "/status"}) {
                assertThat(relay.namespace().get(Integer.parseInt(relay.setting("http.port")), path))
                        .as(path)
                        .contains("there is no key relay.tls.crll");
            }
            assertThat(Ports.listening(relay.process().pid()))
                    .containsExactly(Integer.parseInt(relay.setting("http.port")));
        }
    }

    @Test
    void theCommandTellsLibertyThePortOfTheFileAndNoOtherIsOpen() throws IOException {
        RelayServer relay = RelayServer.named("commanded-relay").byCommand();
        relay.inFile("http.port").inFile("relay.tls.cert").inFile("relay.tls.port");
        try (relay) {
            relay.up();
            assertThat(Ports.listening(relay.process().pid()))
                    .containsExactlyInAnyOrder(relay.tlsPort(), Integer.parseInt(relay.setting("http.port")));
            assertThat(relay.log()).doesNotContain("does not count");
        }
    }

    @Test
    void tooFewFilesAreSaidWithTheNumberThatIsNeeded() {
        RelayServer relay = RelayServer.named("poor-relay");
        String start = "ulimit -n 100 && exec " + Build.launcher() + " run";
        assertThat(Command.run(Build.scratch("poor"), relay.environment(), List.of("sh", "-c", start))
                        .expect(78)
                        .output())
                .startsWith("backhaul-relay: this process can have 100 files open and needs 328: ")
                .contains("ulimit -n")
                .hasLineCount(1);
    }

    @Test
    void itComesUpOnceEveryMistakeIsMended() throws IOException {
        Machine right = Ca.shared().relay();
        Machine other = Ca.shared().agent("other");
        Path directory = Build.scratch("mended");
        Path cert = directory.resolve("relay.crt");
        Path key = directory.resolve("relay.key");
        RelayServer relay =
                RelayServer.named("mended-relay").with("relay.tls.cert", cert).with("relay.tls.key", key);
        try (relay;
                DatagramSocket holder = Ports.hold(relay.udpPort())) {
            Files.copy(right.cert(), cert);
            relay.start();
            expectProblem(relay, "relay\\.tls\\.key.*" + Pattern.quote(key.toString()));

            Files.copy(other.key(), key);
            expectProblem(relay, "relay\\.tls\\.key.*is not the key of the certificate");

            Files.copy(right.key(), key, StandardCopyOption.REPLACE_EXISTING);
            expectProblem(relay, "relay\\.udp\\.port.*" + relay.udpPort());

            holder.close();
            relay.ready();
        }
    }

    @Test
    void aReadyRelayTellsWhatAnAdministratorWatches() {
        RelayServer relay = RelayServer.shared();
        Health health = relay.health();
        assertThat(health.isUp()).isTrue();
        assertThat(health.problem()).isEmpty();
        assertThat(health.number("agents")).isZero();
        assertThat(health.number("queue-fill-percent")).isZero();
        assertThat(health.number("received")).isNotNegative();
        assertThat(health.number("empty")).isNotNegative();
        assertThat(health.number("lost")).isNotNegative();
        assertThat(health.number("certificate-days-left")).isBetween(700L, 900L);
        assertThat(relay.health("started").status()).isEqualTo(200);
        assertThat(relay.health("live").status()).isEqualTo(200);
    }
}
