package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import backhaul.pki.Revocations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
    @TempDir
    Path directory;

    private final Map<Setting, List<String>> flags = new EnumMap<>(Setting.class);
    private final Map<String, String> environment = new HashMap<>();
    private Path cert;
    private Path file;

    @BeforeEach
    void minimalFlags() throws IOException {
        cert = Files.createFile(directory.resolve("a.pem"));
        file = directory.resolve("agent.properties");
        flags.put(Setting.RELAY, List.of("relay.example.org"));
        flags.put(Setting.CERT, List.of(cert.toString()));
        flags.put(Setting.KEY, List.of(cert.toString()));
        flags.put(Setting.CA, List.of(cert.toString()));
    }

    @Test
    void defaultsAreTheOnesOfTheDocumentation() throws ConfigException {
        assertThat(config())
                .isEqualTo(new AgentConfig(
                        List.of(new HostPort("relay.example.org", 514)),
                        cert,
                        cert,
                        null,
                        cert,
                        null,
                        Revocations.Outdated.ACCEPT,
                        null,
                        null,
                        new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", 514)),
                        3000,
                        Duration.ofSeconds(10),
                        Duration.ofHours(1)));
    }

    @Test
    void theMetricsFileIsInTheDirectoryThatSystemdGives() throws Exception {
        environment.put("RUNTIME_DIRECTORY", directory + ":/nowhere");
        assertThat(config().metricsFile()).isEqualTo(directory.resolve("backhaul-agent.prom"));
        write("metrics-file=here.prom");
        assertThat(config().metricsFile()).isEqualTo(directory.resolve("here.prom"));
        flags.put(Setting.METRICS_FILE, List.of("/nowhere/else"));
        assertThat(problems())
                .containsExactly("--metrics-file names a file in a directory that does not exist: /nowhere/else");
    }

    @Test
    void whoLooksForTheMetricsFileNeedsNoOtherSetting() throws Exception {
        assertThat(AgentConfig.metricsFile(Map.of(), Map.of()))
                .isEqualTo(Path.of("/run/backhaul-agent/backhaul-agent.prom"));
        write("metrics-file=here.prom", "cert=/nowhere");
        assertThat(AgentConfig.metricsFile(Map.of(Setting.CONFIG, List.of(file.toString())), Map.of()))
                .isEqualTo(directory.resolve("here.prom"));
    }

    @Test
    void tailTakesNothingOfTheAgentThatRunsButHowItConnects() throws Exception {
        write("state=/nowhere/position", "metrics-file=/nowhere/x.prom", "collector=:", "connect-timeout=3s");
        environment.put("STATE_DIRECTORY", "/nowhere");
        environment.put("RUNTIME_DIRECTORY", "/nowhere");
        environment.put("BACKHAUL_CATCH_UP_RATE", "many");
        AgentConfig tail = AgentConfig.forTail(flags, environment);
        assertThat(tail.state()).isNull();
        assertThat(tail.metricsFile()).isNull();
        assertThat(tail.collector()).isEqualTo(new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", 514)));
        assertThat(tail.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        flags.put(Setting.STATE, List.of(directory.resolve("tail").toString()));
        assertThat(AgentConfig.forTail(flags, environment).state()).isEqualTo(directory.resolve("tail"));
    }

    @Test
    void aFlagComesBeforeTheEnvironmentBeforeTheFile() throws Exception {
        write("collector=file:1", "connect-timeout=1s", "relay=file");
        environment.put("BACKHAUL_COLLECTOR", "env:2");
        environment.put("BACKHAUL_CONNECT_TIMEOUT", "2s");
        flags.put(Setting.COLLECTOR, List.of("flag:3"));
        flags.remove(Setting.RELAY);
        AgentConfig config = config();
        assertThat(config.collector()).isEqualTo(new Collector(Collector.Way.UDP, new HostPort("flag", 3)));
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.relays()).containsExactly(new HostPort("file", 514));
    }

    @Test
    void everythingCanComeFromTheEnvironment() throws ConfigException {
        flags.clear();
        environment.put("BACKHAUL_RELAY", "a, b:2,[::1]:3");
        environment.put("BACKHAUL_CERT", cert.toString());
        environment.put("BACKHAUL_KEY", cert.toString());
        environment.put("BACKHAUL_KEY_PASSPHRASE_FILE", cert.toString());
        environment.put("BACKHAUL_CA", cert.toString());
        environment.put("BACKHAUL_COLLECTOR", "nas:5514");
        AgentConfig config = config();
        assertThat(config.relays())
                .containsExactly(new HostPort("a", 514), new HostPort("b", 2), new HostPort("::1", 3));
        assertThat(config.keyPassphraseFile()).isEqualTo(cert);
        assertThat(config.collector()).isEqualTo(new Collector(Collector.Way.UDP, new HostPort("nas", 5514)));
    }

    @Test
    void anEmptyVariableIsNone() throws ConfigException {
        environment.put("BACKHAUL_COLLECTOR", "");
        environment.put("BACKHAUL_CONFIG", " ");
        assertThat(config().collector()).isEqualTo(new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", 514)));
    }

    @Test
    void theFileCanBeNamedInTheEnvironment() throws Exception {
        Files.writeString(file, "collector = nas:5514  \n");
        environment.put("BACKHAUL_CONFIG", file.toString());
        assertThat(config().collector()).isEqualTo(new Collector(Collector.Way.UDP, new HostPort("nas", 5514)));
    }

    @Test
    void pathsInTheFileStartFromItsDirectory() throws Exception {
        flags.remove(Setting.CERT);
        write("# where the certificate is", "", "! this, too, is a comment \\", "cert: a.pem");
        assertThat(config().cert()).isEqualTo(directory.resolve("a.pem"));
    }

    @Test
    void aValueInTheFileMayGoOnInTheNextLine() throws Exception {
        flags.remove(Setting.RELAY);
        write("relay=a,\\", "      b", "colector=x");
        assertThat(problems()).containsExactly(file + " line 3: there is no key colector; the nearest is collector");
    }

    /** A revocation list that nobody reads keeps nobody out. */
    @Test
    void aVariableThatIsMisspeltIsAProblemAndOtherProgramsMayHaveTheirOwn() {
        environment.put("BACKHAUL_CRLL", "/crl.pem");
        environment.put("backhaul_crl", "/crl.pem");
        environment.put("BACKHAUL_CA_DIR", "/ca");
        environment.put("BACKHAUL_JAVA_OPTIONS", "-Xmx64m");
        environment.put("BACKHAUL_SOCKET", "");
        assertThat(problems())
                .containsExactly(
                        "the environment has BACKHAUL_CRLL, which is not a setting of the agent: the nearest is BACKHAUL_CRL",
                        "the environment has backhaul_crl, which is not a setting of the agent: the nearest is BACKHAUL_CRL");
    }

    @Test
    void severalFlagsAreSeveralRelays() throws ConfigException {
        flags.put(Setting.RELAY, List.of("a", "b,c"));
        assertThat(config().relays()).extracting(HostPort::host).containsExactly("a", "b", "c");
    }

    @Test
    void allProblemsAreToldAtOnce() throws Exception {
        flags.clear();
        write("collector=nas:0", "conect-timeout=1s", "relais=x");
        assertThat(problems())
                .containsExactly(
                        file + " line 2: there is no key conect-timeout; the nearest is connect-timeout",
                        file + " line 3: there is no key relais; the nearest is relay",
                        "relay is not set: give --relay HOST[:PORT], BACKHAUL_RELAY or relay= in the configuration file",
                        "cert is not set: give --cert FILE, BACKHAUL_CERT or cert= in the configuration file",
                        "key is not set: give --key FILE, BACKHAUL_KEY or key= in the configuration file",
                        "ca is not set: give --ca FILE, BACKHAUL_CA or ca= in the configuration file",
                        "collector (" + file + " line 1) must have a port 1..65535, was nas:0");
    }

    @Test
    void aRelayIsNamedOnce() {
        flags.put(Setting.RELAY, List.of("a", "a:514"));
        assertThat(problems()).containsExactly("--relay names a:514 twice: every message would arrive twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NAS", "nas.", "Nas:514"})
    void aRelayIsTheSameHoweverItsNameIsWritten(String again) {
        flags.put(Setting.RELAY, List.of("nas", again));
        assertThat(problems())
                .containsExactly("--relay names " + HostPort.parse(again) + " twice: every message would arrive twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"my_nas", "relay-.example.org", "a..b"})
    void aRelayHasANameThatTlsAllows(String name) {
        flags.put(Setting.RELAY, List.of(name));
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("--relay must be a name of letters, digits and hyphens with dots between, or an address,"
                        + " was " + name + ":514: TLS knows no other names, an underscore is not allowed;");
    }

    @Test
    void theCollectorMayHaveAnUnderscore() throws ConfigException {
        flags.put(Setting.COLLECTOR, List.of("my_nas"));
        assertThat(config().collector()).hasToString("my_nas:514");
    }

    @Test
    void anEmptyRelayInAListIsToldApart() {
        flags.put(Setting.RELAY, List.of("a,,b"));
        assertThat(problems()).containsExactly("--relay must be HOST[:PORT], was ");
    }

    @Test
    void anEmptyFlagHasNoValue() {
        flags.put(Setting.COLLECTOR, List.of(""));
        assertThat(problems())
                .containsExactly("--collector has no value: give [WAY://]HOST[:PORT]|unix:PATH or leave it out");
    }

    @Test
    void timeoutsHaveAUnitAndALimit() {
        for (String wrong : List.of("10", "99ms", "6m", "soon")) {
            environment.put("BACKHAUL_CONNECT_TIMEOUT", wrong);
            assertThat(problems())
                    .containsExactly("BACKHAUL_CONNECT_TIMEOUT must be a duration 100ms..5m such as 10s, was " + wrong);
        }
    }

    @Test
    void silenceHasLimitsAndCanBeSwitchedOff() throws ConfigException {
        for (String wrong : List.of("10", "999ms", "721h", "never", "0m", "-1s")) {
            environment.put("BACKHAUL_SILENCE", wrong);
            assertThat(problems())
                    .containsExactly(
                            "BACKHAUL_SILENCE must be a duration 1s..720h such as 1h, or 0 for never, was " + wrong);
        }
        environment.put("BACKHAUL_SILENCE", "0");
        assertThat(config().silence()).isZero();
        environment.put("BACKHAUL_SILENCE", "30m");
        assertThat(config().silence()).isEqualTo(Duration.ofMinutes(30));
        assertThat(AgentConfig.forTail(flags, environment).silence()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void theCatchUpRateIsAWholeNumberWithALimit() throws ConfigException {
        for (String wrong : List.of("-1", "1000001", "99999999999", "fast", "1.5")) {
            environment.put("BACKHAUL_CATCH_UP_RATE", wrong);
            assertThat(problems())
                    .containsExactly(
                            "BACKHAUL_CATCH_UP_RATE must be messages a second, 0..1000000 (0 is no limit), was "
                                    + wrong);
        }
        environment.put("BACKHAUL_CATCH_UP_RATE", "0");
        assertThat(config().catchUpRate()).isZero();
    }

    @Test
    void theCollectorMayBeReachedByTcp() throws ConfigException {
        flags.put(Setting.COLLECTOR, List.of("tcp://nas:601"));
        assertThat(config().collector()).isEqualTo(new Collector(Collector.Way.TCP, new HostPort("nas", 601)));
        flags.put(Setting.COLLECTOR, List.of("TCP+LF://[::1]"));
        assertThat(config().collector()).hasToString("tcp+lf://[::1]:514");
        flags.put(Setting.COLLECTOR, List.of("udp://nas"));
        assertThat(config().collector()).hasToString("nas:514");
        flags.put(Setting.COLLECTOR, List.of("tls://nas"));
        assertThat(problems())
                .containsExactly(
                        "--collector must begin with udp://, tcp://, tcp+lf:// or unix:/ or be HOST[:PORT], was tls://nas");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:/dev/log", "unix:///dev/log", "UNIX:/dev/log"})
    void theCollectorMayBeAUnixSocket(String text) throws ConfigException {
        flags.put(Setting.COLLECTOR, List.of(text));
        assertThat(config().collector()).isEqualTo(new Collector(Collector.Way.UNIX, null, Path.of("/dev/log")));
        assertThat(config().collector()).hasToString("unix:/dev/log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:", "unix:log", "unix://log", "unix:////log"})
    void aUnixSocketHasAPathFromTheRoot(String text) {
        flags.put(Setting.COLLECTOR, List.of(text));
        assertThat(problems())
                .containsExactly("--collector must have a path from the root, such as unix:/dev/log, was " + text);
    }

    @Test
    void thePathOfAUnixSocketIsShort() throws ConfigException {
        flags.put(Setting.COLLECTOR, List.of("unix:/" + "x".repeat(106)));
        assertThat(config().collector().path()).hasToString("/" + "x".repeat(106));
        flags.put(Setting.COLLECTOR, List.of("unix:/" + "é".repeat(54)));
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("--collector must have a path of at most 107 octets, as sockets do, was unix:/");
    }

    @Test
    void noFileHasANulInItsName() {
        flags.put(Setting.COLLECTOR, List.of("unix:/dev/l\0g"));
        flags.put(Setting.STATE, List.of("/x\0"));
        flags.put(Setting.CRL, List.of("/x\0y"));
        String sentence = " must be the name of a file, and no file has a NUL in its name, was ";
        assertThat(problems())
                .containsExactlyInAnyOrder(
                        "--collector" + sentence + "/dev/l\0g",
                        "--state" + sentence + "/x\0",
                        "--crl" + sentence + "/x\0y");
    }

    @Test
    void filesMustBeThere() {
        Path missing = directory.resolve("missing.pem");
        flags.put(Setting.CERT, List.of(missing.toString()));
        flags.put(Setting.CA, List.of(directory.toString()));
        assertThat(problems())
                .containsExactly(
                        "--cert names a file that does not exist: " + missing,
                        "--ca must be a file, but this is a directory: " + directory);
    }

    @Test
    void theConfigurationFileMustBeThere() {
        flags.put(Setting.CONFIG, List.of("/nowhere/agent.properties"));
        assertThat(problems()).containsExactly("--config names a file that does not exist: /nowhere/agent.properties");
    }

    @Test
    void theConfigurationFileMustBeAFile() {
        flags.put(Setting.CONFIG, List.of(directory.toString()));
        assertThat(problems()).singleElement().asString().startsWith("--config names a file that cannot be read");
    }

    @Test
    void theConfigurationFileIsUtf8() throws IOException {
        Files.write(file, "collector=b\u00fccher".getBytes(StandardCharsets.ISO_8859_1));
        flags.put(Setting.CONFIG, List.of(file.toString()));
        assertThat(problems()).containsExactly("--config names a file that is not text in UTF-8: " + file);
    }

    @Test
    void aKeyIsInTheFileOnce() throws Exception {
        flags.remove(Setting.RELAY);
        write("relay=a", "", "relay=b");
        assertThat(problems())
                .containsExactly(file + " line 3: relay was already set in " + file
                        + " line 1; give it once, several values separated by commas");
    }

    @Test
    void theMarkThatSomeEditorsPutFirstIsPassedOver() throws Exception {
        flags.remove(Setting.RELAY);
        write("\uFEFFrelay=a");
        assertThat(config().relays()).containsExactly(new HostPort("a", 514));
    }

    @Test
    void aBrokenEscapeIsToldWithItsLine() throws Exception {
        write("collector=\\u12");
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith(file + " line 1 cannot be read: ")
                .contains("a backslash is written twice");
    }

    @Test
    void thePassphraseFileHoldsOne() throws Exception {
        flags.put(Setting.KEY_PASSPHRASE_FILE, List.of(cert.toString()));
        AgentConfig config = config();
        ConfigException failure = catchThrowableOfType(ConfigException.class, config::credentials);
        assertThat(failure.problems())
                .containsExactly(cert + " has an empty first line: write the key's passphrase there");
    }

    @Test
    void theStateFileNeedNotBeThereButItsDirectoryMust() throws ConfigException {
        flags.put(Setting.STATE, List.of(directory.resolve("position").toString()));
        assertThat(config().state()).isEqualTo(directory.resolve("position"));
        flags.put(Setting.STATE, List.of(directory.toString()));
        assertThat(problems()).containsExactly("--state must be a file, but this is a directory: " + directory);
        flags.put(Setting.STATE, List.of("/nowhere/position"));
        assertThat(problems())
                .containsExactly("--state names a file in a directory that does not exist: /nowhere/position");
    }

    @Test
    void theStateFileIsInTheFirstStateDirectoryOfSystemd() throws ConfigException {
        environment.put("STATE_DIRECTORY", directory + ":/nowhere");
        assertThat(config().state()).isEqualTo(directory.resolve("position"));
        environment.put("BACKHAUL_STATE", directory.resolve("other").toString());
        assertThat(config().state()).isEqualTo(directory.resolve("other"));
    }

    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
        flags.put(Setting.CONFIG, List.of(file.toString()));
    }

    private AgentConfig config() throws ConfigException {
        return AgentConfig.from(flags, environment);
    }

    private List<String> problems() {
        ConfigException failure = catchThrowableOfType(ConfigException.class, this::config);
        assertThat(failure).isNotNull();
        return failure.problems();
    }
}
