package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar's tail and status as processes, in the shell that people have them in. */
class TailIT {
    @TempDir
    static Path directory;

    private static Issued relayFiles;
    private static Issued agentFiles;

    @TempDir
    Path said; // tests run side by side

    private final List<Process> started = new ArrayList<>();
    private RingRelay relay;

    @BeforeAll
    static void certificates() {
        TestCa ca = TestCa.create(directory);
        relayFiles = ca.relay("relay", "DNS:localhost").issue();
        agentFiles = ca.agent("home").issue();
    }

    @BeforeEach
    void begin() throws IOException {
        relay = new RingRelay(relayFiles.credentials(), 100);
    }

    @AfterEach
    void end() throws IOException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly); // of a shell, or of a terminal
            process.destroyForcibly();
        }
        relay.close();
    }

    @Test
    void itShowsWhatComesFromNowOnThroughAnOutageAndLeavesTheRunningAgentAlone() throws Exception {
        Path state = directory.resolve("position");
        Path metrics = directory.resolve("agent.prom");
        try (FakeCollector collector = FreePort.open(FakeCollector::new)) {
            Path config = Files.writeString(
                    directory.resolve("agent.properties"),
                    "relay=localhost:" + relay.port() + "\ncert=" + agentFiles.certificate() + "\nkey="
                            + agentFiles.key() + "\nca=" + agentFiles.authorities() + "\nstate=" + state
                            + "\nmetrics-file=" + metrics + "\ncollector=127.0.0.1:" + collector.port() + "\n");
            Process agent = shell("exec $agent run --config " + config);
            awaitConnected(agent);
            relay.append("<13>before");
            assertThat(collector.message()).isEqualTo("<13>before");

            Process tail = shell("exec $agent tail --severity err --program app --config " + config);
            awaitConnected(tail);
            relay.append("<11>1 2026-11-23T10:00:00Z www app 1 - - one \033[2J");
            relay.append("<14>1 - www app - - - only information");
            relay.append("<11>1 - www other - - - another program");
            await().until(() -> out(tail).contains("one"));
            relay.cut();
            await().until(() -> relay.hellos().size() == 4);
            relay.append("<8>1 - www app - - - two");
            await().until(() -> out(tail).contains("two"));
            assertThat(out(tail).lines().map(line -> line.replaceFirst("^.{15} \\S+ +", "")))
                    .hasSize(3)
                    .startsWith("err     app[1]: one \\u001b[2J")
                    .anyMatch(line ->
                            line.matches("notice  backhaul-agent\\[\\d+]: connected to localhost.*0 messages lost"))
                    .endsWith("emerg   app: two");

            signal(tail, "INT");
            assertThat(tail.waitFor(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(tail.exitValue()).isEqualTo(130);
            await().until(() -> relay.byes().contains("BYE shutdown the agent is stopping"));
            assertThat(error(tail).lines().filter(line -> !line.contains("onnected")))
                    .isEmpty();

            // Each has an id of its own, kept as it connects again; the agent had a position from its first stream.
            assertThat(relay.hellos().stream().map(hello -> hello.split(" ")[1]).distinct())
                    .hasSize(2);
            assertThat(relay.hellos().get(1).split(" ")).hasSize(2);
            assertThat(collector.messages(4)).startsWith("<11>1 2026-11-23T10:00:00Z www app 1 - - one \033[2J");

            await().until(() -> Files.readString(metrics)
                    .contains("_connections_total{relay=\"localhost:" + relay.port() + "\"} 2"));
            Process status = shell("exec $agent status --config " + config);
            assertThat(status.waitFor()).as(() -> out(status) + error(status)).isZero();
            assertThat(out(status)).contains("  connections: 2 accepted, 1 broke, ");
        }
    }

    @Test
    void aPipeThatIsClosedEndsItQuietly() throws Exception {
        Process tail = shell("{ $agent tail $files --json; echo $? >&2; } | head -n 3");
        awaitConnected(tail);
        relay.append("<13>m", 0, 3);
        await().until(() -> out(tail).lines().count() == 3);
        // Only a write finds out that there is nobody any more.
        await().until(() -> {
            relay.append("<13>more");
            return !tail.isAlive();
        });
        assertThat(out(tail).lines())
                .containsExactly(
                        "{\"severity\":\"notice\",\"facility\":1,\"message\":\"m0\"}",
                        "{\"severity\":\"notice\",\"facility\":1,\"message\":\"m1\"}",
                        "{\"severity\":\"notice\",\"facility\":1,\"message\":\"m2\"}");
        assertThat(error(tail).lines()).hasSize(2).last().isEqualTo("0");
    }

    @Test
    void itBeginsWithTheLastMessagesOrWithAllThatTheRingHas() throws Exception {
        relay.append("<13>m", 0, 150); // the ring has 100
        Process last = shell("exec $agent tail $files --raw --last 3");
        Process all = shell("exec $agent tail $files --raw --all");
        await().until(() -> out(last).contains("m149") && out(all).contains("m149"));
        relay.cut();
        await().until(() -> relay.hellos().size() == 6);
        relay.append("<13>m", 150, 152);
        await().until(() -> out(last).contains("m151") && out(all).contains("m151"));
        assertThat(out(last).lines().filter(line -> !line.contains(" OUTAGE ")))
                .containsExactly("<13>m147", "<13>m148", "<13>m149", "<13>m150", "<13>m151");
        assertThat(out(all).lines().filter(line -> !line.contains(" OUTAGE ")))
                .hasSize(102)
                .startsWith("<13>m50", "<13>m51")
                .doesNotContain("LOST");
        assertThat(error(all)).contains("The relay's ring does not reach back so far");
        assertThat(error(last).lines().limit(1)).allMatch(line -> line.contains("Connected to"));
        assertThat(relay.byes()).containsOnly("BYE shutdown this agent asks for earlier messages");
    }

    @Test
    void statusGoesOnUntilCtrlC() throws Exception {
        Path metrics = said.resolve("agent.prom");
        String connected = "backhaul_agent_connected{relay=\"relay.example.org:514\"} ";
        Files.writeString(metrics, connected + "0\n");
        Process appended = shell("exec $agent status --watch --metrics-file " + metrics);
        Process terminal = shell("TERM=xterm script -qefc '$agent status --watch --metrics-file " + metrics + "' "
                + said.resolve("typescript"));
        await().until(() -> (out(appended) + out(terminal)).split("  not connected").length == 3);
        Files.writeString(
                metrics, connected + "1\nbackhaul_agent_lost_messages_total{relay=\"relay.example.org:514\"} 7\n");
        await().until(() -> out(appended).contains("lost 7") && out(terminal).contains("lost 7"));
        assertThat(out(appended))
                .matches("(?s)Relay relay.example.org:514\n  not conn.*\n\nRelay relay.example.*lost 7.*");
        assertThat(out(terminal)).matches("(?s)\033\\[HRelay .*?\033\\[K\r\n.*\033\\[J\033\\[HRelay .*lost 7.*");
        signal(appended, "INT");
        assertThat(appended.waitFor(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(appended.exitValue()).isEqualTo(130);
    }

    @Test
    void anOutputThatCannotBeWrittenIsAnError() throws Exception {
        Process tail = shell("$agent tail $files >/dev/full; echo $? >&2");
        awaitConnected(tail);
        relay.append("<13>m");
        assertThat(tail.waitFor(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(error(tail).lines())
                .hasSize(3)
                .endsWith("The output cannot be written: No space left on device", "1");
    }

    private void awaitConnected(Process process) {
        await().until(() -> error(process).contains("Connected to"));
    }

    private Process shell(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", script)
                .redirectOutput(said.resolve("out" + started.size()).toFile())
                .redirectError(said.resolve("err" + started.size()).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BACKHAUL_"));
        builder.environment()
                .put(
                        "agent",
                        Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:+UseSerialGC -Xmx32m -jar "
                                + System.getProperty("backhaul.agent.jar"));
        builder.environment()
                .put(
                        "files",
                        "--relay=localhost:" + relay.port() + " --cert=" + agentFiles.certificate() + " --key="
                                + agentFiles.key() + " --ca=" + agentFiles.authorities());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
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
}
