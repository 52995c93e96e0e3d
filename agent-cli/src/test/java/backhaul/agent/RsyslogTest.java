package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.transport.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real syslog daemon, as it is installed, gets a backlog flat out. */
class RsyslogTest {
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
    private static final int COUNT = 100_000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Collector.Way.class)
    void allOfABacklogIsInItsFile(Collector.Way way) throws Exception {
        List<String> numbers = throughRsyslog(
                way,
                "%msg:F,32:3%",
                IntStream.range(0, COUNT)
                        .mapToObj(i -> "<13>Nov 23 10:15:00 host app: number " + i + " " + "x".repeat(150))
                        .toList());
        // Not containsExactly, which looks for the differences for minutes.
        assertThat(numbers)
                .isEqualTo(IntStream.range(0, COUNT).mapToObj(String::valueOf).toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = Collector.Way.class,
            names = {"TCP", "TCP_LF"})
    void noRestOfALongMessageIsAMessageOfItsOwn(Collector.Way way) throws Exception {
        String begin = "<13>Nov 23 10:15:00 host app: ";
        String rest = "<13>Nov 23 10:15:00 host sshd[811]: Accepted publickey for root";
        String exact = begin + "y".repeat(8096 - begin.length());
        String mark = " [backhaul-agent: cut, was " + (8096 + rest.length()) + " octets]";
        assertThat(throughRsyslog(way, "%rawmsg%", List.of(exact + rest, exact, begin + "end")))
                .containsExactly(exact.substring(0, 8096 - mark.length()) + mark, exact, begin + "end");
    }

    /** What a stock rsyslogd writes by this template, of these messages of the sender's. */
    private List<String> throughRsyslog(Collector.Way way, String template, List<String> messages) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(RSYSLOGD) || "true".equals(System.getenv("CI")), "rsyslogd is not installed");
        int port = FreePort.next();
        Path socket = directory.resolve("log");
        Path file = directory.resolve("messages");
        Process rsyslogd = start(way, port, file, template);
        StopSignal stop = new StopSignal();
        Collector collector = way == Collector.Way.UNIX
                ? new Collector(way, null, socket)
                : new Collector(way, new HostPort("127.0.0.1", port));
        SyslogSender sender =
                new SyslogSenders(collector, 3000, stop).sender(new RelayLog(new HostPort("relay.example.org", 514)));
        try {
            awaitDaemon(way, port);
            for (String message : messages) {
                sender.send(message.getBytes(US_ASCII), 0, message.length());
            }
            sender.flush();
            await().atMost(Duration.ofSeconds(30)).until(() -> lines(file).size() >= messages.size());
            return lines(file);
        } finally {
            sender.close();
            rsyslogd.destroy();
            rsyslogd.waitFor();
        }
    }

    private Process start(Collector.Way way, int port, Path file, String template) throws IOException {
        String module = switch (way) {
            case UDP -> "imudp";
            case TCP, TCP_LF -> "imtcp";
            case UNIX -> "imuxsock";
        };
        String place = way == Collector.Way.UNIX
                ? "socket=\"" + directory.resolve("log") + "\" useSpecialParser=\"off\" parseHostname=\"on\""
                : "address=\"127.0.0.1\" port=\"" + port + "\"";
        String own = way == Collector.Way.UNIX ? " sysSock.use=\"off\"" : ""; // /dev/log is not for a test
        Path configuration = Files.write(
                directory.resolve("rsyslog.conf"),
                List.of(
                        "global(workDirectory=\"" + directory + "\")",
                        "module(load=\"" + module + "\"" + own + ")",
                        "input(type=\"" + module + "\" " + place + ")",
                        "template(name=\"line\" type=\"string\" string=\"" + template + "\\n\")",
                        "action(type=\"omfile\" file=\"" + file + "\" template=\"line\")"));
        return new ProcessBuilder(
                        RSYSLOGD.toString(),
                        "-n",
                        "-f",
                        configuration.toString(),
                        "-i",
                        directory.resolve("pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    private void awaitDaemon(Collector.Way way, int port) {
        if (way == Collector.Way.UNIX) {
            await().until(() -> Files.exists(directory.resolve("log")));
        } else {
            await().until(new SocketProbe(way, port)::listens);
        }
    }

    /** Is there a socket at the port already? */
    private record SocketProbe(Collector.Way way, int port) {
        boolean listens() throws IOException {
            String table = Files.readString(Path.of(way == Collector.Way.UDP ? "/proc/net/udp" : "/proc/net/tcp"));
            return table.contains(String.format("0100007F:%04X 00000000:0000", port));
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
