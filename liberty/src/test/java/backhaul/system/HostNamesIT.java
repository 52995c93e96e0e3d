package backhaul.system;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message says itself which host it is from, and the collecting files of the package write a file for each host. */
@Tag("shell")
class HostNamesIT {
    private static final String LONG = "x".repeat(200);

    /** Names, and the file for each. */
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("www", "www.log"),
            Map.entry("WWW", "www.log"),
            Map.entry("www.example.net", "www.example.net.log"),
            Map.entry("www.log.1", "www.log.1.log"),
            Map.entry("2001:db8::1", "2001:db8::1.log"),
            Map.entry(LONG, LONG + ".log"),
            Map.entry(LONG + "x", "_other.log"),
            Map.entry("x".repeat(255), "_other.log"),
            Map.entry("a/b", "_other.log"),
            Map.entry("/etc/cron.d/x", "_other.log"),
            Map.entry(".", "_other.log"),
            Map.entry("..", "_other.log"),
            Map.entry("../outside", "_other.log"),
            Map.entry(".hidden", "_other.log"),
            Map.entry("-rf", "_other.log"),
            Map.entry("_other", "_other.log"),
            Map.entry("w\033w", "_other.log"),
            Map.entry("w\nw", "_other.log"),
            Map.entry("www\n", "_other.log"),
            Map.entry("w\0w", "_other.log"),
            Map.entry("$(id)", "_other.log"),
            Map.entry("grün", "_other.log"));

    private static Daemon start(String daemon, Path directory, int port) {
        return start(daemon, directory, Example.collecting(daemon + ".conf", port), port);
    }

    private static Daemon start(String daemon, Path directory, String config, int port) {
        Daemon process =
                daemon.equals("rsyslog") ? Rsyslog.start(directory, config) : SyslogNg.start(directory, config);
        Ports.awaitBound("udp", port);
        return process;
    }

    private static UdpSource source(int port) {
        return new UdpSource(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static String message(String host, String text) {
        return "<13>1 2026-11-23T10:15:00.123456Z " + host + " app 1 - - " + text;
    }

    private static TreeSet<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(toCollection(TreeSet::new));
        } catch (IOException e) {
            return new TreeSet<>(); // not there yet
        }
    }

    private static long lines(Path directory) {
        return names(directory).stream()
                .mapToLong(file -> LineFile.complete(directory.resolve(file)).size())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsyslog", "syslog-ng"})
    void aNameOfAHostChoosesNoOtherPlace(String daemon) throws IOException {
        Path directory = Build.scratch("names-" + daemon);
        Path files = directory.resolve("backhaul");
        int port = Ports.free();
        try (Daemon process = start(daemon, directory, port);
                UdpSource host = source(port)) {
            TreeSet<String> around = names(directory);
            FILES.keySet().forEach(name -> host.send(message(name, "text")));
            Wait.until("a line for each", () -> lines(files) == FILES.size());
            TreeSet<String> added = names(directory);
            added.removeAll(around);
            assertThat(added).isSubsetOf("backhaul", "pid");
            assertThat(names(files)).isEqualTo(new TreeSet<>(FILES.values()));
            FILES.forEach((name, file) -> assertThat(LineFile.complete(files.resolve(file)))
                    .as("the line of %s", name)
                    .anyMatch(line -> line.endsWith(shown(name) + " app[1]: text")));
            for (String file : names(files)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.resolve(file))))
                        .isEqualTo("rw-r-----");
            }

            rotate(directory, process);
            assertThat(names(files))
                    .containsAll(
                            FILES.values().stream().map(file -> file + ".1").toList());
            host.send(message("www", "after the rotation"));
            Wait.until(
                    "a line in the new file",
                    () -> LineFile.complete(files.resolve("www.log")).size() == 1);
        }
    }

    private static String shown(String name) {
        return " " + name.replace("\0", "#000").replace("\n", "#012").replace("\033", "#033");
    }

    /** As logrotate's timer does, but now; and what has been there for long. */
    private static void rotate(Path directory, Daemon process) throws IOException {
        String logrotate = Tool.require("logrotate");
        Path files = directory.resolve("backhaul");
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(40)));
        for (String old : List.of("gone.log", "gone.log.1", "gone.log.2.gz")) {
            Files.setLastModifiedTime(Files.createFile(files.resolve(old)), longAgo);
        }
        Path config = directory.resolve("logrotate.conf");
        Files.writeString(
                config,
                Files.readString(Build.root().resolve("agent-cli/src/main/collecting/logrotate.conf"))
                        .replace("/var/log/backhaul", files.toString())
                        .replaceAll("systemctl kill .*", "kill -HUP " + process.pid()));
        String state = directory.resolve("logrotate.state").toString();
        Command.run(logrotate, "--force", "--state", state, config.toString()).expect(0);
        assertThat(names(files)).noneMatch(name -> name.startsWith("gone"));
    }

    /** With the patterns of the page in the place of those that are there. */
    @ParameterizedTest
    @ValueSource(strings = {"rsyslog", "syslog-ng"})
    void aListOfHostsLeavesOneFileForAllOthers(String daemon) {
        Path directory = Build.scratch("listed-names-" + daemon);
        Path files = directory.resolve("backhaul");
        int port = Ports.free();
        try (Daemon process = start(daemon, directory, listed(daemon, port), port);
                UdpSource host = source(port)) {
            host.send(0, 3_000, 5_000, i -> message("made-up-" + i, "text"));
            List.of("www", "WWW", "mail", "home", "www.example.net", "xwww", "www\n", "new")
                    .forEach(name -> host.send(message(name, "text")));
            Wait.until("all are there", () -> lines(files) == 3_008);
            assertThat(names(files)).containsExactly("_other.log", "home.log", "mail.log", "www.log");
            assertThat(LineFile.complete(files.resolve("www.log"))).hasSize(2);
            assertThat(LineFile.complete(files.resolve("_other.log")))
                    .hasSize(3_004)
                    .anyMatch(line -> line.endsWith(" new app[1]: text"));
        }
    }

    private static String listed(String daemon, int port) {
        List<Markdown.Block> patterns =
                Markdown.read("liberty/OPERATING.md").blocks("Files for your own hosts only", "text");
        int line = daemon.equals("rsyslog") ? 0 : 1;
        String there = patterns.get(0).lines().get(line);
        String config = Example.collecting(daemon + ".conf", port);
        assertThat(config).containsOnlyOnce(there);
        return config.replace(there, patterns.get(1).lines().get(line));
    }

    /** syslog-ng has 1,024 file descriptors as Debian starts it. */
    @ParameterizedTest
    @ValueSource(strings = {"rsyslog", "syslog-ng"})
    void thousandsOfNamesTakeNoFileFromAnother(String daemon) {
        String prlimit = Tool.require("prlimit");
        Path directory = Build.scratch("many-names-" + daemon);
        Path files = directory.resolve("backhaul");
        int port = Ports.free();
        try (Daemon process = start(daemon, directory, port);
                UdpSource host = source(port)) {
            Command.run(prlimit, "--pid", String.valueOf(process.pid()), "--nofile=1024:1024")
                    .expect(0);
            host.send(0, 3_000, 5_000, i -> message("made-up-" + i, "text"));
            host.send(message("www", "text"));
            Wait.until(
                    "www has a file",
                    () -> LineFile.complete(files.resolve("www.log")).size() == 1);
            Wait.until("all the others too", () -> lines(files) == 3_001);
        }
    }
}
