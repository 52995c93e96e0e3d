package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import backhaul.agent.FakeRelay.Session;
import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.FreePort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as a process: what it prints, and how it ends. */
class AgentJarIT {
    @TempDir
    static Path directory;

    private static Issued relayFiles;
    private static Issued agentFiles;
    private static Issued expiredFiles;

    @TempDir
    Path said;

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void certificates() {
        TestCa ca = TestCa.create(directory);
        relayFiles = ca.relay("relay", "DNS:localhost").issue();
        agentFiles = ca.agent("home").issue();
        expiredFiles = ca.agent("old").expired().issue();
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void helpAndVersionEndWithZero() throws Exception {
        Process help = agent(Map.of(), "run", "--help");
        assertThat(help.waitFor()).isZero();
        for (Setting setting : Setting.values()) {
            assertThat(out(help)).contains(setting.flag());
        }
        Process check = agent(Map.of(), "check", "--help");
        assertThat(check.waitFor()).isZero();
        assertThat(out(check)).contains("--message", "--crl", "  78   a setting or a certificate file is wrong");
        Process version = agent(Map.of(), "--version");
        assertThat(version.waitFor()).isZero();
        assertThat(out(version)).matches("backhaul-agent \\d+\\.\\d+\\S*\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "walk",
                "run --relais a",
                "run --cert",
                "run --cert a --cert b",
                "run surplus",
                "tail --raw --json"
            })
    void aWrongCommandLineEndsWithTwo(String arguments) throws Exception {
        Process agent = agent(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(agent.waitFor()).isEqualTo(2);
        assertThat(error(agent)).isNotBlank();
    }

    @Test
    void aWrongConfigurationEndsWith78AndASentenceForEachProblem() throws Exception {
        Process agent = agent(
                Map.of("BACKHAUL_COLLECTOR", "nas:0"),
                "run",
                "--relay",
                "::1",
                "--cert",
                "/nowhere",
                "--ca",
                "/nowhere");
        assertThat(agent.waitFor()).isEqualTo(78);
        assertThat(error(agent).lines().map(line -> line.substring(line.indexOf("ERROR"))))
                .containsExactly(
                        "ERROR --relay must be HOST[:PORT] with an IPv6 address in brackets, such as [::1]:514, was ::1",
                        "ERROR --cert names a file that does not exist: /nowhere",
                        "ERROR key is not set: give --key FILE, BACKHAUL_KEY or key= in the configuration file",
                        "ERROR --ca names a file that does not exist: /nowhere",
                        "ERROR BACKHAUL_COLLECTOR must have a port 1..65535, was nas:0");
    }

    @Test
    void aKeyOfAnotherCertificateEndsWith78() throws Exception {
        Process agent = agent(
                Map.of(),
                "run",
                "--relay=localhost",
                "--cert=" + agentFiles.certificate(),
                "--key=" + relayFiles.key(),
                "--ca=" + agentFiles.authorities());
        assertThat(agent.waitFor()).isEqualTo(78);
        assertThat(error(agent).lines())
                .singleElement()
                .asString()
                .contains(relayFiles.key().toString());
    }

    @Test
    void anEncryptedKeyNeedsItsPassphraseFile() throws Exception {
        Path key = directory.resolve("encrypted.key");
        TestCa.openssl(
                directory,
                "pkcs8 -topk8 -v2 aes256 -passout pass:secret -in",
                agentFiles.key().toString(),
                "-out",
                key.toString());
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "secret\n");
        Issued encrypted = new Issued(agentFiles.certificate(), key, agentFiles.authorities(), agentFiles.leaf());
        Process without = run(encrypted, 1, 9);
        assertThat(without.waitFor()).isEqualTo(78);
        assertThat(error(without)).contains("--key-passphrase-file FILE");
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials())) {
            run(encrypted, relay.port(), 9, "--key-passphrase-file=" + passphrase);
            assertThat(relay.session().line()).startsWith("HELLO ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalEndsAConnectedAgentPolitelyWithZeroInTime(String signal) throws Exception {
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials());
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port());
            Session session = relay.session();
            session.start(5000);
            session.send("5 hello");
            assertThat(collector.message()).isEqualTo("hello");
            long begin = kill(agent, signal);
            assertThat(session.lineButAlive()).startsWith("BYE shutdown ");
            assertThat(session.line()).isNull();
            session.tls.close();
            assertStoppedInTime(agent, begin);
            assertThat(error(agent).lines().map(line -> line.substring(line.indexOf(' ') + 1)))
                    .containsExactly(
                            "INFO Connected to localhost:" + relay.port() + " [127.0.0.1:" + relay.port()
                                    + "] as CN=home,O=Example, with a heartbeat every 5 s",
                            "INFO localhost:" + relay.port() + ": In all 1 message, 0 lost, 0 too long, 0 outages",
                            "INFO Stopped by SIG" + signal);
        }
    }

    @Test
    void aHangupEndsNothing() throws Exception {
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials());
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port());
            Session session = relay.session();
            session.start(5000);
            kill(agent, "HUP");
            await().until(() -> error(agent).contains("INFO SIGHUP: nothing to do, certificate files are looked at"));
            session.send("5 hello");
            assertThat(collector.message()).isEqualTo("hello");
            session.tls.close();
            assertStoppedInTime(agent, kill(agent, "TERM"));
        }
    }

    /** As with the jar of another version in its place: whichever class is missing, the service is started again. */
    @ParameterizedTest
    @ValueSource(strings = {"Commands", "AgentConfig", "Reconnector", "RelayWriter", "ConsoleLog"})
    void anEndThatNobodyAskedForIsAFailure(String missing) throws Exception {
        Path jar = directory.resolve(missing + ".jar");
        Files.copy(Path.of(System.getProperty("backhaul.agent.jar")), jar);
        try (FileSystem inside = FileSystems.newFileSystem(jar)) {
            Files.delete(inside.getPath("/backhaul/agent/" + missing + ".class"));
        }
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials())) {
            Process agent = agent(
                    jar,
                    Map.of(),
                    "run",
                    "--relay=localhost:" + relay.port(),
                    "--cert=" + agentFiles.certificate(),
                    "--key=" + agentFiles.key(),
                    "--ca=" + agentFiles.authorities());
            assertThat(agent.waitFor()).as(() -> error(agent)).isEqualTo(1);
            assertThat(error(agent)).contains("NoClassDefFoundError", "backhaul/agent/" + missing);
        }
    }

    @Test
    void moreRelaysThanTheMemoryIsGoodForAreASentence() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run", "--collector=tcp://127.0.0.1:1"));
        for (int i = 1; i <= 100; i++) {
            arguments.add("--relay=127.0.0.1:" + i);
        }
        arguments.addAll(List.of(
                "--cert=" + agentFiles.certificate(), "--key=" + agentFiles.key(), "--ca=" + agentFiles.authorities()));
        Process agent = agent(Map.of(), arguments.toArray(String[]::new));
        assertThat(agent.waitFor()).as(() -> error(agent)).isEqualTo(78);
        assertThat(error(agent).lines())
                .singleElement()
                .asString()
                .contains(
                        "ERROR relay names 100 relays, for which the JVM's memory of ",
                        "BACKHAUL_JAVA_OPTIONS=-Xmx132m");
    }

    @Test
    void aDeafRelayDoesNotDelayTheEnd() throws Exception {
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials())) {
            Process agent = run(agentFiles, relay.port(), 9);
            relay.session().start(5000);
            assertStoppedInTime(agent, kill(agent, "TERM"));
        }
    }

    @Test
    void aCollectorThatIsAwayDoesNotDelayTheEnd() throws Exception {
        int free;
        try (FakeCollector collector = FreePort.open(FakeCollector::new)) {
            free = collector.port();
        }
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials())) {
            Process agent = run(agentFiles, relay.port(), free);
            Session session = relay.session();
            session.start(5000);
            session.send("1 a1 b1 c");
            await().until(() -> session.plain.isConnected() && error(agent).contains("refuses messages"));
            assertStoppedInTime(agent, kill(agent, "TERM"));
        }
    }

    @Test
    void anExpiredCertificateIsAWarningAndRetriedAndStopsInTime() throws Exception {
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials())) {
            Process agent = run(expiredFiles, relay.port(), 9);
            await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .until(() -> error(agent).contains("; next attempt in "));
            assertStoppedInTime(agent, kill(agent, "TERM"));
            assertThat(error(agent))
                    .containsPattern("WARNING The certificate of CN=old,O=Example has expired, on \\S+: renew it");
        }
    }

    @Test
    void everythingCanBeInAFile() throws Exception {
        try (FakeRelay relay = FakeRelay.lines(relayFiles.credentials());
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Path file = Files.write(
                    directory.resolve("agent.properties"),
                    List.of(
                            "relay = localhost:" + relay.port(),
                            "cert = " + agentFiles.certificate(),
                            "key = " + agentFiles.key(),
                            "ca = " + agentFiles.authorities(),
                            "collector = 127.0.0.1:" + collector.port()));
            agent(Map.of("BACKHAUL_CONFIG", file.toString()), "run");
            relay.session().send("hello\n");
            assertThat(collector.message()).isEqualTo("hello");
        }
    }

    @Test
    void aCleanStopAndRestartLosesAndRepeatsNothing() throws Exception {
        Path state = directory.resolve("clean-stop");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10_000);
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port(), "--state=" + state);
            await().until(() -> error(agent).contains("Connected"));
            relay.append("m", 0, 100);
            assertThat(collector.messages(100)).endsWith("m99");
            assertStoppedInTime(agent, kill(agent, "TERM"));
            relay.append("m", 100, 1100);
            run(agentFiles, relay.port(), collector.port(), "--state=" + state);
            assertThat(collector.messages(1000)).containsExactlyElementsOf(numbered(100, 1100));
            relay.append("last");
            assertThat(collector.message()).isEqualTo("last");
            assertThat(relay.hellos().get(1)).isEqualTo(relay.hellos().get(0) + " ring-1 100");
        }
    }

    @Test
    void anAgentThatIsKilledLosesNothingAndRepeatsASecondAtMost() throws Exception {
        Path state = directory.resolve("killed");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 100_000);
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port(), "--state=" + state);
            await().until(() -> error(agent).contains("Connected"));
            relay.append("m", 0, 500);
            assertThat(collector.messages(500)).endsWith("m499");
            await().until(() -> saved(state).contains(" = ring-1 500\n"));
            relay.append("m", 500, 600);
            assertThat(collector.messages(100)).endsWith("m599");
            agent.destroyForcibly().waitFor();
            relay.append("m", 600, 1000);
            run(agentFiles, relay.port(), collector.port(), "--state=" + state);
            String first = collector.message();
            int from = Integer.parseInt(first.substring(1));
            assertThat(from).isBetween(500, 600);
            assertThat(collector.messages(999 - from)).containsExactlyElementsOf(numbered(from + 1, 1000));
        }
    }

    @Test
    void aCollectorThatIsDownForAWhileGetsEverythingInOrder() throws Exception {
        Path state = directory.resolve("collector-down");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10_000)) {
            FakeCollector collector = FreePort.open(FakeCollector::new);
            int port = collector.port();
            Process agent = run(agentFiles, relay.port(), port, "--state=" + state);
            await().until(() -> error(agent).contains("Connected"));
            relay.append("m", 0, 100);
            assertThat(collector.messages(100)).endsWith("m99");
            collector.close();
            relay.append("m", 100, 300);
            await().until(() -> error(agent).contains("refuses messages"));
            // Should it end now, the one that was refused would come again.
            await().until(() -> saved(state).contains(" = ring-1 100\n"));
            relay.append("m", 300, 500);
            try (FakeCollector again = FreePort.reopen(FakeCollector::new, port)) {
                assertThat(again.message()).isEqualTo("m100");
                assertThat(again.message()).contains(" OUTAGE - ", "refuses messages", "; 0 messages lost");
                assertThat(again.messages(399)).containsExactlyElementsOf(numbered(101, 500));
            }
            assertThat(relay.byes()).singleElement().asString().startsWith("BYE collector the collector 127.0.0.1:");
            assertThat(error(agent).lines().filter(line -> line.contains("ollector")))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("INFO localhost:" + relay.port() + ": The collector 127.0.0.1:" + port
                            + " takes messages again after ")
                    .endsWith(" s, 1 message repeated");
        }
    }

    @Test
    @EnabledOnOs(value = LINUX, disabledReason = "the agent has native code for Linux only")
    void aCollectorMayBeAUnixSocketThatComesLaterAndGoes() throws Exception {
        Path socket = directory.resolve("log");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10_000)) {
            Process agent = agent(
                    Map.of(),
                    "run",
                    "--relay=localhost:" + relay.port(),
                    "--cert=" + agentFiles.certificate(),
                    "--key=" + agentFiles.key(),
                    "--ca=" + agentFiles.authorities(),
                    "--collector=unix:" + socket);
            await().until(() -> error(agent).contains("Connected"));
            relay.append("m", 0, 100);
            await().until(() -> error(agent).contains(" is not there ("));
            try (UnixCollector collector = new UnixCollector(socket)) {
                await().until(() -> collector.message().startsWith("<45>1 "));
                assertThat(collector.messages(100)).containsExactlyElementsOf(numbered(0, 100));
            }
            Files.delete(socket);
            relay.append("m", 100, 500);
            await().until(() -> error(agent).contains("takes messages again"));
            await().until(() -> relay.byes().size() == 2);
            try (UnixCollector collector = new UnixCollector(socket)) {
                await().until(() -> collector.message().startsWith("<45>1 "));
                assertThat(collector.messages(400)).containsExactlyElementsOf(numbered(100, 500));
            }
            assertStoppedInTime(agent, kill(agent, "TERM"));
            // One line as it begins and one as it ends, and nothing of the JVM's about native code.
            assertThat(error(agent).lines().filter(line -> !line.contains("Connected to")))
                    .hasSize(6)
                    .allMatch(line -> line.contains("collector unix:" + socket)
                            || line.contains("In all 500 messages, 0 lost")
                            || line.endsWith("INFO Stopped by SIGTERM"));
        }
    }

    /** In the words of the program, and nothing of the libraries' before or behind. */
    @Test
    void whatThisMachineLacksIsOneSentence() throws Exception {
        String nowhere = "-Djava.io.tmpdir=" + directory.resolve("nowhere");
        assertThat(problems(Map.of("JDK_JAVA_OPTIONS", nowhere), "--collector=unix:/dev/log"))
                .singleElement()
                .asString()
                .startsWith("collector cannot be unix:/dev/log: Unix sockets need Linux on ");
        for (String collector : List.of("[::1]:9", "tcp://[::1]:9")) {
            assertThat(problems(
                            Map.of("JDK_JAVA_OPTIONS", "-Djava.net.preferIPv4Stack=true"),
                            "--message",
                            "--collector=" + collector))
                    .last()
                    .asString()
                    .startsWith("this machine has no IPv6, which the address of the collector ")
                    .endsWith(" needs: give its IPv4 address or another name, or turn IPv6 on");
        }
    }

    @Test
    void anUmlautInAPathThatTheLanguageLacksIsOneSentence() throws Exception {
        Process check = agent(Map.of("LC_ALL", "C"), "check", "--relay=localhost", "--state=/grün");
        assertThat(check.waitFor()).isEqualTo(78);
        assertThat(out(check))
                .contains("[FAIL] --state has a character that file names cannot have in this process's language: set"
                        + " LC_ALL=C.UTF-8 in its environment, was /gr");
        assertThat(error(check)).isEmpty();
    }

    /** What is wrong at the collector, according to a check. */
    private List<String> problems(Map<String, String> environment, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "check",
                "--relay=127.0.0.1:9",
                "--cert=" + agentFiles.certificate(),
                "--key=" + agentFiles.key(),
                "--ca=" + agentFiles.authorities()));
        arguments.addAll(List.of(options));
        Process check = agent(environment, arguments.toArray(String[]::new));
        assertThat(check.waitFor()).isOne();
        assertThat(error(check).lines())
                .allMatch(line -> line.startsWith("NOTE: Picked up")
                        || line.equals("WARNING: java.io.tmpdir directory does not exist")); // Java 22 and newer
        return out(check)
                .lines()
                .dropWhile(line -> !line.startsWith("Collector "))
                .filter(line -> line.contains("[FAIL] "))
                .map(line -> line.replaceFirst(".*\\[FAIL\\] ", ""))
                .toList();
    }

    @Test
    void anAgentThatWasStoppedTellsTheOutageFromItsBeginning() throws Exception {
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials());
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port());
            Session session = relay.session();
            session.start(500);
            session.send("1 a");
            assertThat(collector.message()).isEqualTo("a");
            long begin = kill(agent, "STOP");
            session.send("ALIVE\nALIVE\n");
            await().until(() ->
                    System.nanoTime() - begin > Duration.ofSeconds(4).toNanos());
            session.plain.shutdownOutput();
            kill(agent, "CONT");
            session = relay.session();
            session.start(5000);
            session.send("1 b");
            String notice = collector.message();
            assertThat(notice).contains(" OUTAGE - ", " again after ");
            assertThat(Double.parseDouble(notice.replaceFirst(".* again after ([0-9.]+) s.*", "$1")))
                    .isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void whatTheCollectorRefusedComesAfterARestart() throws Exception {
        Path state = directory.resolve("refused");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10_000)) {
            FakeCollector collector = FreePort.open(FakeCollector::new);
            int port = collector.port();
            Process agent = run(agentFiles, relay.port(), port, "--state=" + state);
            await().until(() -> error(agent).contains("Connected"));
            relay.append("m0");
            assertThat(collector.message()).isEqualTo("m0");
            collector.close();
            relay.append("m", 1, 5);
            await().until(() -> error(agent).contains("refuses messages"));
            assertStoppedInTime(agent, kill(agent, "TERM"));
            try (FakeCollector again = FreePort.reopen(FakeCollector::new, port)) {
                run(agentFiles, relay.port(), port, "--state=" + state);
                assertThat(again.messages(4)).containsExactlyElementsOf(numbered(1, 5));
            }
        }
    }

    @Test
    void aDamagedStateFileIsSetAside() throws Exception {
        Path state = Files.writeString(directory.resolve("damaged"), "instance = \0\0\0");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10);
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port(), "--state=" + state);
            await().until(() -> error(agent).contains("Connected"));
            relay.append("m0");
            assertThat(collector.message()).isEqualTo("m0");
            assertThat(error(agent))
                    .contains("WARNING The state file " + state + " is damaged (", "): set aside as damaged.damaged;");
            assertThat(directory.resolve("damaged.damaged")).exists();
            await().until(() -> saved(state).contains(" = ring-1 1\n"));
        }
    }

    @Test
    void twoAgentsOnOneStateFileAreOneTooMany() throws Exception {
        Path state = directory.resolve("shared");
        try (FakeRelay relay = FakeRelay.octetCounted(relayFiles.credentials())) {
            run(agentFiles, relay.port(), 9, "--state=" + state);
            relay.session();
            Process second = run(agentFiles, relay.port(), 9, "--state=" + state);
            assertThat(second.waitFor()).isEqualTo(78);
            assertThat(error(second))
                    .contains("ERROR state names a file that another agent is using: " + state
                            + "; give each agent one of its own");
        }
    }

    @Test
    void theStateIsInTheDirectoryThatSystemdGives() throws Exception {
        Path states = Files.createDirectory(directory.resolve("states"));
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10)) {
            agent(
                    Map.of("STATE_DIRECTORY", states + ":/nowhere"),
                    "run",
                    "--relay=localhost:" + relay.port(),
                    "--cert=" + agentFiles.certificate(),
                    "--key=" + agentFiles.key(),
                    "--ca=" + agentFiles.authorities());
            Path state = states.resolve("position");
            await().until(() -> saved(state).contains("position localhost:" + relay.port() + " = ring-1 0\n"));
        }
    }

    @Test
    void aSignalBeforeTheConfigurationIsReadEndsWithZero() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process agent = agent(Map.of(), "run", "--config=" + pipe);
        try (OutputStream held = Files.newOutputStream(pipe)) { // opens when the agent begins to read
            assertStoppedInTime(agent, kill(agent, "TERM"));
        }
    }

    @Test
    void standardErrorThatNobodyReadsDoesNotDelayTheEnd() throws Exception {
        // A FIFO that this shell holds open and has filled, so that the first line of the agent blocks.
        Path fifo = directory.resolve("full");
        String script = "mkfifo \"$0\"; exec 3<>\"$0\"; head -c 65536 /dev/zero >&3; exec \"$@\" 2>&3";
        Process agent = new ProcessBuilder(
                        "sh",
                        "-c",
                        script,
                        fifo.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("backhaul.agent.jar"),
                        "run",
                        "--relay=127.0.0.1:1",
                        "--cert=" + agentFiles.certificate(),
                        "--key=" + agentFiles.key(),
                        "--ca=" + agentFiles.authorities())
                .start();
        started.add(agent);
        await().until(() -> agent.info().commandLine().orElse("").contains("run")
                && Files.readString(Path.of("/proc/" + agent.pid() + "/status")).contains("java"));
        await().until(() -> threads(agent).contains("127.0.0.1:1"));
        assertStoppedInTime(agent, kill(agent, "TERM"));
    }

    @Test
    void checkGoesTheWholeWayBesideAnAgentThatRunsAndLeavesItAlone() throws Exception {
        Path state = directory.resolve("checked");
        try (RingRelay relay = new RingRelay(relayFiles.credentials(), 10);
                FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Process agent = run(agentFiles, relay.port(), collector.port(), "--state=" + state);
            await().until(() -> saved(state).contains(" = ring-1 0\n"));
            String before = saved(state);
            Process check = agent(
                    Map.of("NO_COLOR", ""),
                    "check",
                    "--relay=localhost:" + relay.port(),
                    "--cert=" + agentFiles.certificate(),
                    "--key=" + agentFiles.key(),
                    "--ca=" + agentFiles.authorities(),
                    "--collector=127.0.0.1:" + collector.port(),
                    "--state=" + state);
            assertThat(check.waitFor()).as(() -> out(check)).isZero();
            assertThat(out(check)).endsWith("All is well.\n").doesNotContain("[FAIL]", "\u001b");
            assertThat(error(check)).isEmpty();
            assertThat(relay.hellos()).hasSize(2).doesNotHaveDuplicates();
            assertThat(saved(state)).isEqualTo(before);
            relay.append("m0");
            assertThat(collector.message()).isEqualTo("m0");
            assertThat(error(agent)).doesNotContain("Disconnected");
        }
    }

    @Test
    void checkEndsWithOneIfAStepFailsAndWith78IfAFileIsWrong() throws Exception {
        String[] arguments = {
            "check",
            "--relay=relay.invalid",
            "--cert=" + agentFiles.certificate(),
            "--key=" + agentFiles.key(),
            "--ca=" + agentFiles.authorities()
        };
        Process unreachable = agent(Map.of(), arguments);
        assertThat(unreachable.waitFor()).isEqualTo(1);
        assertThat(out(unreachable)).contains("[FAIL] the name of relay.invalid:514 ");
        arguments[3] = "--key=" + relayFiles.key();
        Process wrongKey = agent(Map.of(), arguments);
        assertThat(wrongKey.waitFor()).isEqualTo(78);
        assertThat(out(wrongKey)).contains("[FAIL] " + relayFiles.key() + " is not the key of the certificate");
    }

    private static String threads(Process process) throws IOException {
        StringBuilder names = new StringBuilder();
        try (var tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : tasks.toList()) {
                names.append(Files.readString(task.resolve("comm")));
            }
        }
        return names.toString();
    }

    private static String saved(Path state) throws IOException {
        return Files.exists(state) ? Files.readString(state) : "";
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }

    private Process run(Issued files, int relay, int collector, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--relay=localhost:" + relay,
                "--cert=" + files.certificate(),
                "--key=" + files.key(),
                "--ca=" + files.authorities(),
                "--collector=127.0.0.1:" + collector));
        arguments.addAll(List.of(more));
        return agent(Map.of(), arguments.toArray(String[]::new));
    }

    private Process agent(Map<String, String> environment, String... arguments) throws IOException {
        return agent(Path.of(System.getProperty("backhaul.agent.jar")), environment, arguments);
    }

    private Process agent(Path jar, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-jar",
                jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(said.resolve("out" + started.size()).toFile())
                .redirectError(said.resolve("err" + started.size()).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BACKHAUL_") || name.equals("STATE_DIRECTORY"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String out(Process process) {
        return read("out" + started.indexOf(process));
    }

    private String error(Process process) {
        return read("err" + started.indexOf(process));
    }

    private String read(String file) {
        try {
            return Files.readString(said.resolve(file), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time of the signal. */
    private static long kill(Process process, String signal) throws Exception {
        long begin = System.nanoTime();
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        return begin;
    }

    private static void assertStoppedInTime(Process process, long begin) throws InterruptedException {
        assertThat(process.waitFor(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(process.exitValue()).isZero();
    }
}
