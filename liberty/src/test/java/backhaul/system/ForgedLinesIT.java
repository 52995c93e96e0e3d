package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One message is one line at home, whatever control characters are in whatever part of it: with the files that the
 * packages bring, with the methods that OPERATING describes, and the real daemons.
 */
@Tag("shell")
class ForgedLinesIT {
    private static final RelayServer RELAY = RelayServer.shared();

    /** A line of the collecting files as it should begin: a time, then something. */
    private static final String LINE = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.?\\d*(?:Z|[+-]\\d\\d:\\d\\d) \\S.*";

    /** The line that somebody would have a reader believe. */
    private static final String FORGED = "2026-11-28T01:00:01+00:00 www sshd[811]: Accepted publickey for root";

    /** By their names; octal as rsyslog writes them. */
    private static final Map<String, Character> CONTROLS = Map.of(
            "#012", '\n', "#015", '\r', "#000", '\0', "#033", '\033', "#011", '\t', "#001", '\001', "#037", '\037');

    private static final String TIME = "2026-11-23T10:15:00.123456Z";

    /** Messages with the control character %1$s in one of their parts. */
    private static final List<String> PARTS = List.of(
            "<13>1 " + TIME + " www app 1 ID - text %1$s" + FORGED,
            "<13>1 " + TIME + " www app 1 ID - end %1$s",
            "<13>1 " + TIME + " www ap%1$sp 1 ID - program",
            "<13>1 " + TIME + " www app 1%1$s2 ID - process",
            "<13>1 " + TIME + " www app 1 I%1$sD - message id",
            "<13>1 " + TIME + " www app 1 ID [a@1 b=\"x%1$sy\"] data",
            "<13>1 " + TIME + " w%1$sww app 1 ID - host",
            "<13>1 " + TIME + " www%1$s app 1 ID - behind the host",
            "<13>1 2026-11-23T10:15:00%1$s" + FORGED + " www app 1 ID - time",
            "<1%1$s3>1 " + TIME + " www app 1 ID - priority",
            "<13>Nov 23 10:15:00 www app[1]: old text %1$s" + FORGED,
            "<13>Nov 23 10:15:00 www ap%1$sp[1]: old program",
            "<13>Nov 23 10:15:00 w%1$sww app[1]: old host",
            "nothing known %1$s" + FORGED,
            "%1$sbegins with it",
            "5 digits %1$s" + FORGED,
            "11 <13>forged!%1$s" + FORGED);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        RELAY.awaitAgents(0);
    }

    /** A daemon and an agent that hands over to it in this way; where the daemon's files are. */
    private Path home(String daemon, String way) {
        String name = "forged-" + daemon + "-" + way.replace("+", "-");
        Path directory = Build.scratch(name);
        int port = Ports.free();
        String config = Example.collecting(daemon + ".conf", way.equals("udp") ? port : Ports.free());
        switch (way) {
            case "udp" -> {}
            case "unix" ->
                config += Markdown.read("liberty/OPERATING.md").blocks("TCP or a Unix socket at home", "text").stream()
                        .map(Markdown.Block::text)
                        .filter(text -> text.contains(daemon.equals("rsyslog") ? "imuxsock" : "unix-dgram"))
                        .findFirst()
                        .orElseThrow()
                        .replace("/run/backhaul.sock", directory + "/socket");
            default -> config += Example.collecting(daemon + "-tcp.conf", port);
        }
        if (daemon.equals("rsyslog")) {
            String socket = way.equals("unix") ? "module(load=\"imuxsock\" sysSock.use=\"off\")\n" : "";
            open.add(Rsyslog.start(directory, socket + config));
        } else {
            // In lines it takes messages from the source of an older kind.
            open.add(SyslogNg.start(
                    directory,
                    way.equals("tcp+lf")
                            ? config.replace("syslog(ip(", "network(flags(syslog-protocol) ip(")
                            : config));
        }
        String collector = way + "://127.0.0.1:" + port;
        if (way.equals("unix")) {
            collector = "unix:" + directory + "/socket";
            Wait.until("the daemon's socket", () -> Files.exists(directory.resolve("socket")));
        } else {
            Ports.awaitBound(way.equals("udp") ? "udp" : "tcp", port);
        }
        List<String> options = List.of("--collector", collector, "--collector-max-message", "65507");
        open.add(AgentProcess.start(name, Namespace.OWN, options, 0, RELAY));
        RELAY.awaitAgents(
                (int) open.stream().filter(AgentProcess.class::isInstance).count());
        return directory.resolve("backhaul");
    }

    /** All lines of all files. */
    private static List<String> lines(Path files) {
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(Files::isRegularFile)
                    .flatMap(file -> LineFile.complete(file).stream())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // nothing has come yet
        }
    }

    /** Each control character in each part; how many messages that were. */
    private static int send(UdpSource host) {
        CONTROLS.values().forEach(control -> PARTS.forEach(part -> host.send(part.formatted(control))));
        host.send("<13>1 " + TIME + " www app - - - the last");
        return CONTROLS.size() * PARTS.size() + 1;
    }

    private static void awaitLast(Path files) {
        Wait.until(
                "the last message in " + files,
                () -> lines(files).stream().anyMatch(line -> line.endsWith(" the last")));
    }

    private static void expectNoControls(List<String> lines) {
        assertThat(lines).allSatisfy(line -> {
            assertThat(line).matches(LINE).doesNotStartWith(FORGED.substring(0, FORGED.indexOf(' ')));
            assertThat(line.chars()).noneMatch(c -> c < ' ' || c == 0x7f);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "rsyslog, udp",
        "rsyslog, tcp",
        "rsyslog, tcp+lf",
        "rsyslog, unix",
        "syslog-ng, udp",
        "syslog-ng, tcp",
        "syslog-ng, tcp+lf",
        "syslog-ng, unix"
    })
    void aMessageIsOneLineWithoutControlCharacters(String daemon, String way) {
        Path files = home(daemon, way);
        int sent;
        try (UdpSource host = new UdpSource(RELAY)) {
            sent = send(host);
        }
        awaitLast(files);
        List<String> lines = lines(files);
        assertThat(lines).hasSize(sent);
        expectNoControls(lines);
        for (String name : CONTROLS.keySet()) {
            assertThat(lines)
                    .as("the control character is shown")
                    .anyMatch(line -> line.endsWith(" www app[1]: text " + name + FORGED)
                            && line.startsWith(TIME.substring(0, 26)));
            assertThat(lines).anyMatch(line -> line.endsWith(" w" + name + "ww app[1]: host"));
            assertThat(lines).anyMatch(line -> line.contains(" www ap" + name + "p[1]: program"));
        }
    }

    /** Text that is too long for one of its buffers is no new message either. */
    @ParameterizedTest
    @ValueSource(strings = {"rsyslog, tcp", "rsyslog, tcp+lf", "rsyslog, unix", "syslog-ng, tcp", "syslog-ng, unix"})
    void aLongMessageIsOneLineToo(String home) {
        String[] parts = home.split(", ");
        Path files = home(parts[0], parts[1]);
        String text = "0123456789".repeat(6_000) + FORGED;
        try (UdpSource host = new UdpSource(RELAY)) {
            host.send("<13>1 " + TIME + " www app - - - " + text);
            host.send("<13>1 " + TIME + " www app - - - the last");
        }
        awaitLast(files);
        assertThat(lines(files)).hasSize(2);
        assertThat(lines(files).get(0)).endsWith(" www app: " + text);
    }

    /** The host's own daemon, with what it may get from the network. */
    @ParameterizedTest
    @ValueSource(strings = {"rsyslog", "syslog-ng"})
    void aMessageThatTheHostForwardsIsOneLineToo(String daemon) {
        List<Path> homes = List.of(home("rsyslog", "udp"), home("syslog-ng", "udp"));
        Path directory = Build.scratch("forged-host-" + daemon);
        int port = Ports.free();
        String config = Example.forwarding(daemon + ".conf", RELAY.udpPort());
        if (daemon.equals("rsyslog")) {
            open.add(Rsyslog.start(directory, """
                    module(load="imudp")
                    input(type="imudp" address="127.0.0.1" port="%d" rcvbufSize="1m")
                    """.formatted(port) + config));
        } else {
            open.add(SyslogNg.start(directory, """
                    source s_src { network(ip("127.0.0.1") port(%d) transport("udp") so-rcvbuf(1048576) keep-hostname(yes)); };
                    """.formatted(port) + config));
        }
        Ports.awaitBound("udp", port);
        int sent;
        try (UdpSource programs = new UdpSource(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            sent = send(programs);
        }
        for (Path files : homes) {
            awaitLast(files);
            List<String> lines = lines(files);
            assertThat(lines).hasSize(sent);
            expectNoControls(lines);
            for (String name : CONTROLS.keySet()) {
                assertThat(lines).anyMatch(line -> line.endsWith(" www app[1]: old text " + name + FORGED));
            }
        }
    }
}
