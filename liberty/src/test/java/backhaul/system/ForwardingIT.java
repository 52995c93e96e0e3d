package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The configuration that the packages bring for syslog daemons, in the real daemons, at both ends. */
@Tag("shell")
class ForwardingIT {
    private static final RelayServer RELAY = RelayServer.shared();

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static Path rsyslogHome;
    private static Path syslogNgHome;

    @BeforeAll
    static void homes() {
        rsyslogHome = Build.scratch("forwarding-home-rsyslog");
        syslogNgHome = Build.scratch("forwarding-home-syslog-ng");
        int rsyslogPort = Ports.free();
        int syslogNgPort = Ports.free();
        OPEN.add(Rsyslog.start(rsyslogHome, Example.collecting("rsyslog.conf", rsyslogPort)));
        OPEN.add(SyslogNg.start(syslogNgHome, Example.collecting("syslog-ng.conf", syslogNgPort)));
        Ports.awaitBound("udp", rsyslogPort);
        Ports.awaitBound("udp", syslogNgPort);
        OPEN.add(AgentProcess.start("forwarding-1", rsyslogPort, RELAY));
        OPEN.add(AgentProcess.start("forwarding-2", syslogNgPort, RELAY));
        RELAY.awaitAgents(2);
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable open : OPEN) {
            open.close();
        }
        RELAY.awaitAgents(0);
    }

    /** Lines of all kinds; one of the relay's own among them, which must not come home. */
    private static void log(Path socket, String name) {
        Wait.until(socket + " is there", () -> Files.exists(socket));
        String logger = Tool.require("logger");
        for (String[] line : new String[][] {
            {"backup", "42 files, Grüße, 12 €"},
            {"sshd[811]", "Accepted publickey for admin from 198.51.100.7 port 50022"},
            {"java[9]", "    at backhaul.relay.Backlog.append"},
            {"backhaul-relay", "Agent connected: CN=home"},
            {name, "%d two  blanks, 'quotes' \"and\" [brackets]: done"}
        }) {
            Command.run(logger, "--socket", socket.toString(), "-p", "user.warning", "-t", line[0], line[1])
                    .expect(0);
        }
    }

    /** The lines from this test's host in the files at home. */
    private static List<String> home(Path home) {
        try (Stream<Path> files = Files.list(home.resolve("backhaul"))) {
            return files.flatMap(file -> LineFile.complete(file).stream()).toList();
        } catch (IOException e) {
            return List.of(); // nothing has come yet
        }
    }

    private static void expectAtHome(Path own, String last) {
        Wait.until(
                "the host's own file is complete",
                () -> LineFile.complete(own).stream().anyMatch(line -> line.contains(last)));
        List<String> sent = LineFile.complete(own);
        assertThat(sent).hasSize(5).anyMatch(line -> line.contains("backhaul-relay"));
        List<String> forwarded =
                sent.stream().filter(line -> !line.contains("backhaul-relay:")).toList();
        for (Path home : List.of(rsyslogHome, syslogNgHome)) {
            Wait.until(last + " at " + home, () -> home(home).stream().anyMatch(line -> line.contains(last)));
            List<String> came = home(home);
            assertThat(came.subList(came.size() - forwarded.size(), came.size()))
                    .as("the lines at %s are the host's own", home)
                    .isEqualTo(forwarded);
            assertThat(came).noneMatch(line -> line.contains("backhaul-relay:"));
        }
    }

    @Test
    void whatRsyslogWritesOnTheHostIsWrittenAtHome() {
        Path host = Build.scratch("forwarding-rsyslog");
        try (Daemon rsyslog = Rsyslog.start(host, """
                module(load="imuxsock" sysSock.use="off")
                input(type="imuxsock" socket="%DIR%/log" createPath="off" rateLimit.interval="0")
                action(type="omfile" file="%DIR%/own" template="RSYSLOG_FileFormat")
                """ + Example.forwarding("rsyslog.conf", RELAY.udpPort()))) {
            log(host.resolve("log"), "by-rsyslog");
            expectAtHome(host.resolve("own"), "by-rsyslog");
            assertThat(rsyslog.log()).isEmpty();
        }
    }

    @Test
    void whatSyslogNgWritesOnTheHostIsWrittenAtHome() {
        Path host = Build.scratch("forwarding-syslog-ng");
        try (Daemon syslogNg = SyslogNg.start(host, """
                source s_src { unix-dgram("%DIR%/log"); };
                destination d_own {
                  file("%DIR%/own" template("${ISODATE} ${HOST} ${MSGHDR}${MESSAGE}\\n") frac-digits(6));
                };
                log { source(s_src); destination(d_own); };
                """ + Example.forwarding("syslog-ng.conf", RELAY.udpPort()))) {
            log(host.resolve("log"), "by-syslog-ng");
            expectAtHome(host.resolve("own"), "by-syslog-ng");
            assertThat(syslogNg.log()).doesNotContain("rror", "WARNING");
        }
    }

    /** The program; what it and rsyslog beside it need is there. */
    private static Path journald() {
        Tool.requireRoot();
        Tool.require("rsyslogd");
        Path journald = Path.of("/lib/systemd/systemd-journald");
        if (!Files.isExecutable(journald)) {
            Tool.lacking("there is no " + journald);
        }
        return journald;
    }

    /** A journald with a /run of its own, and the rsyslog that does nothing but forward. */
    @Test
    void whatTheJournalHasComesHomeWithItsPriority() throws IOException {
        Path journald = journald();
        Path host = Build.scratch("forwarding-journal");
        Files.createDirectory(host.resolve("log"));
        Files.writeString(
                host.resolve("rsyslog.conf"),
                "global(workDirectory=\"" + host + "\")\n"
                        + Example.forwarding("journald-rsyslog.conf", RELAY.udpPort()));
        Files.writeString(host.resolve("host"), """
                mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal
                mount --bind '%1$s/log' /var/log
                '%2$s' &
                while [ ! -S /run/systemd/journal/dev-log ]; do sleep 0.05; done
                rsyslogd -n -C -f '%1$s/rsyslog.conf' -i '%1$s/pid' &
                while read -r tag text; do logger --socket /run/systemd/journal/dev-log -p user.warning -t "$tag" -- "$(printf %%b "$text")"; done
                """.formatted(host, journald));
        Received came = new Received();
        try (Daemon machine = Daemon.startTyped(
                        "journal",
                        host,
                        List.of("unshare", "-m", "sh", host.resolve("host").toString()));
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("journal", home.port(), RELAY)) {
            RELAY.awaitAgents(3);
            Wait.until("rsyslog follows the journal", () -> {
                machine.type("first is it there?\n");
                return !texts(came, " first ").isEmpty();
            });
            machine.type(
                    "backup 42 files, Grüße\nlines one\\ntwo\\r\\033three\nbackhaul-relay Agent connected\nlast one\n");
            Wait.until("the last line", () -> !texts(came, " last ").isEmpty());
            assertThat(texts(came, " backup "))
                    .singleElement()
                    .asString()
                    .matches("<12>1 \\S+T\\S+ \\S+ backup \\d+ - - 42 files, Grüße");
            for (Path collector : List.of(rsyslogHome, syslogNgHome)) {
                Wait.until(
                        "the last line at " + collector,
                        () -> home(collector).stream().anyMatch(line -> line.contains(" last[")));
                assertThat(home(collector))
                        .as("all control characters of a message of the journal are shown")
                        .filteredOn(line -> line.contains(" lines["))
                        .singleElement()
                        .asString()
                        .endsWith("]: one#012two#015#033three");
            }
            assertThat(texts(came, "backhaul-relay ")).isEmpty();
        }
        RELAY.awaitAgents(2);
    }

    /** A journald with its own /run at home, and the rsyslog that writes into it; each line that is typed asks for its content. */
    @Test
    void whatComesHomeIsInTheJournalWithTheSendersHostAndPriority() throws IOException {
        Path journald = journald();
        int port = Ports.free();
        Path home = Build.scratch("forwarding-home-journal");
        Files.writeString(
                home.resolve("rsyslog.conf"),
                "global(workDirectory=\"" + home + "\")\n" + Example.collecting("rsyslog-journal.conf", port));
        Files.writeString(home.resolve("home"), """
                mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal
                '%2$s' &
                while [ ! -S /run/systemd/journal/socket ]; do sleep 0.05; done
                rsyslogd -n -C -f '%1$s/rsyslog.conf' -i '%1$s/pid' &
                fields=PRIORITY,SYSLOG_FACILITY,SYSLOG_IDENTIFIER,SYSLOG_PID,BACKHAUL_TIME,MESSAGE
                while read -r host; do
                    journalctl --quiet -D /run/log/journal -o json --output-fields=$fields BACKHAUL_HOST="$host"
                done
                """.formatted(home, journald));
        try (Daemon machine = Daemon.startTyped(
                        "home",
                        home,
                        List.of("unshare", "-m", "sh", home.resolve("home").toString()));
                UdpSource agent = new UdpSource(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            Ports.awaitBound("udp", port);
            agent.send("<35>1 2026-11-28T10:00:00.123456+01:00 WWW sshd 811 - - an error, Grüße");
            Wait.until("it is in the journal", () -> {
                machine.type("www\n");
                return !machine.log().isEmpty();
            });
            assertThat(machine.log().lines().findFirst().orElseThrow())
                    .contains("\"PRIORITY\":\"3\"", "\"SYSLOG_FACILITY\":\"4\"", "\"SYSLOG_IDENTIFIER\":\"sshd\"")
                    .contains("\"SYSLOG_PID\":\"811\"", "\"BACKHAUL_TIME\":\"2026-11-28T10:00:00.123456+01:00\"")
                    .contains("\"MESSAGE\":\"an error, Grüße\"");
        }
    }

    private static List<String> texts(Received came, String part) {
        return came.messages().stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .filter(text -> text.contains(part))
                .toList();
    }
}
