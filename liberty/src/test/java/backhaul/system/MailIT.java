package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Warnings of Backhaul reach a command at home: the first at once, others together. */
class MailIT {
    private static final List<String> TEN =
            IntStream.range(0, 10).mapToObj(number -> "warning " + number).toList();

    private Path directory;
    private Path calls; // the command's input

    @BeforeEach
    void prepare(TestInfo test) {
        directory = Build.scratch("mail-" + test.getTestMethod().orElseThrow().getName());
        calls = directory.resolve("calls");
    }

    @Test
    void rsyslogHandsOverTheFirstWarningAtOnceAndTheRestTogether() throws Exception {
        int port = Ports.free();
        String config = Example.mailing("rsyslog-mail.conf", digest(600))
                + Example.collecting("rsyslog.conf", port).replace("#call backhaulMail", "call backhaulMail");
        expectFirstThenRest(Rsyslog.start(directory, config), port);
    }

    @Test
    void syslogNgHandsOverTheFirstWarningAtOnceAndTheRestTogether() throws Exception {
        int port = Ports.free();
        String config =
                Example.collecting("syslog-ng.conf", port) + Example.mailing("syslog-ng-mail.conf", digest(600));
        expectFirstThenRest(SyslogNg.start(directory, config), port);
    }

    /** The rest comes as the daemon ends, long before it is due. */
    private void expectFirstThenRest(Daemon daemon, int port) {
        try (daemon;
                UdpSource agent = new UdpSource(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            Ports.awaitBound("udp", port);
            agent.send("<46>1 - home backhaul-agent 7 - - information");
            agent.send("<45>1 - home backhaul-agent 7 OUTAGE - a notice");
            agent.send("<12>1 - www cron 7 - - a warning of something else");
            TEN.forEach(text -> agent.send("<44>1 - home backhaul-agent 7 SILENT - " + text));
            Path file = directory.resolve("backhaul/home.log");
            Wait.until("all is in the file", () -> LineFile.complete(file).size() == 12);
            Wait.until("the first", () -> calls().size() == 2);
            daemon.terminate();
            daemon.awaitExit(Wait.SOON);
        }
        Wait.until("the rest", () -> calls().size() == 12);
        assertThat(calls().get(0)).isEqualTo("Backhaul: 1 message");
        assertThat(calls().get(2)).isEqualTo("Backhaul: 9 messages");
        assertThat(calls()).filteredOn(line -> line.contains("warning")).satisfies(lines -> {
            assertThat(lines)
                    .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ home backhaul-agent\\[7]: warning \\d"));
            assertThat(lines).extracting(line -> line.replaceFirst(".*: ", "")).isEqualTo(TEN);
        });
    }

    @Test
    void theRestComesWhenItsTimeHasComeAndOfVeryManyTheNumber() throws Exception {
        try (Daemon digest = typed(1)) {
            digest.type("one\n");
            Wait.until("the first", () -> calls().size() == 2);
            digest.type("x\n".repeat(250));
            Wait.until("the rest", () -> calls().contains("... and 150 more"));
            assertThat(calls()).hasSize(2 + 1 + 100 + 1).contains("Backhaul: 250 messages");
            digest.type("later\n");
            Wait.until("a later one", () -> calls().contains("later"));
        }
    }

    @Test
    void aCommandThatFailsIsSaidAndTriedAgainWithAllThatItWasGiven() throws Exception {
        Path broken = Files.createFile(directory.resolve("broken"));
        try (Daemon digest = typed(1)) {
            digest.type("one\n");
            Wait.until(
                    "it is said",
                    () -> LineFile.complete(directory.resolve("logged")).stream()
                            .anyMatch(
                                    line -> line.endsWith(
                                            "the command failed with status 7; messages kept for the next call: 1; it said: no way")));
            digest.type("two\n");
            Files.delete(broken);
            Wait.until("both", () -> calls().contains("two"));
            assertThat(calls().subList(0, 2)).containsExactly("Backhaul: 2 messages", "one");
        }
    }

    @Test
    void aTermEndsItAndNothingIsLeft() throws Exception {
        try (Daemon digest = typed(600)) {
            digest.type("one\n");
            Wait.until("the first", () -> calls().size() == 2);
            digest.type("two\n");
            digest.terminate();
            assertThat(digest.awaitExit(Duration.ofSeconds(10))).isZero();
        }
        assertThat(calls()).containsExactly("Backhaul: 1 message", "one", "Backhaul: 1 message", "two");
        try (var left = Files.list(directory.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    private List<String> calls() {
        return LineFile.complete(calls);
    }

    private Daemon typed(int seconds) throws IOException {
        return Daemon.startTyped("digest", directory, List.of("sh", "-c", "exec " + digest(seconds)));
    }

    /** The script, with a folder of its own for what it writes and a logger that can be read, and a command. */
    private String digest(int seconds) throws IOException {
        Path tmp = Files.createDirectory(directory.resolve("tmp"));
        String path = "PATH=" + directory + ":";
        String script = Files.readString(Example.digest());
        assertThat(script).containsOnlyOnce("\nPATH=/usr/local/sbin:");
        Path program = executable("digest", script.replace("\nPATH=", "\nexport TMPDIR=" + tmp + "\n" + path));
        executable("logger", "#!/bin/sh\necho \"$@\" >> " + directory.resolve("logged") + "\n");
        Path command = executable(
                "command",
                "#!/bin/sh\n[ ! -e " + directory
                        + "/broken ] || { echo no way >&2; exit 7; }\n{ echo \"$1\"; cat; } >> " + calls + "\n");
        return program + " " + seconds + " " + command;
    }

    private Path executable(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
