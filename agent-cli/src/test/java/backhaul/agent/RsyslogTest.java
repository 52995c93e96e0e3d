package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
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
    private static final int COUNT = 50_000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Collector.Way.class)
    void allOfABacklogIsInItsFile(Collector.Way way) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(RSYSLOGD) || "true".equals(System.getenv("CI")), "rsyslogd is not installed");
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        int port;
        try (DatagramSocket udp = new DatagramSocket(0, loopback);
                ServerSocket tcp = new ServerSocket(0, 1, loopback)) {
            port = way == Collector.Way.UDP ? udp.getLocalPort() : tcp.getLocalPort();
        }
        Path file = directory.resolve("messages");
        Process rsyslogd = start(way, port, file);
        StopSignal stop = new StopSignal();
        SyslogSender sender = new LastHop(new Collector(way, new HostPort("127.0.0.1", port)), 3000, stop)
                .sender(new RelayLog(new HostPort("relay.example.org", 514)));
        try {
            awaitDaemon(way, port);
            for (int i = 0; i < COUNT; i++) {
                byte[] message =
                        ("<13>Nov 23 10:15:00 host app: number " + i + " " + "x".repeat(150)).getBytes(US_ASCII);
                sender.send(message, 0, message.length);
            }
            sender.flush();
            await().atMost(Duration.ofSeconds(30)).until(() -> lines(file).size() >= COUNT);
            assertThat(lines(file))
                    .containsExactlyElementsOf(
                            IntStream.range(0, COUNT).mapToObj(String::valueOf).toList());
        } finally {
            sender.close();
            rsyslogd.destroy();
            rsyslogd.waitFor();
        }
    }

    private Process start(Collector.Way way, int port, Path file) throws IOException {
        String module = way == Collector.Way.UDP ? "imudp" : "imtcp";
        Path configuration = Files.write(
                directory.resolve("rsyslog.conf"),
                List.of(
                        "global(workDirectory=\"" + directory + "\")",
                        "module(load=\"" + module + "\")",
                        "input(type=\"" + module + "\" address=\"127.0.0.1\" port=\"" + port + "\")",
                        "template(name=\"number\" type=\"string\" string=\"%msg:F,32:3%\\n\")",
                        "action(type=\"omfile\" file=\"" + file + "\" template=\"number\")"));
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
        SocketProbe probe = new SocketProbe(way, port);
        await().until(probe::listens);
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
