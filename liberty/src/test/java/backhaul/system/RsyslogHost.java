package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The public host's syslog daemon: an rsyslogd that forwards a copy of every message to the relay over UDP. */
final class RsyslogHost implements AutoCloseable {
    private final Daemon process;
    private final Path socket;
    private final Path stream;

    private RsyslogHost(Daemon process, Path socket, Path stream) {
        this.process = process;
        this.socket = socket;
        this.stream = stream;
    }

    static RsyslogHost start(String name, RelayServer relay) {
        Path directory = Build.scratch(name);
        Path socket = directory.resolve("log");
        Path stream = directory.resolve("stream");
        Daemon process = Rsyslog.start(relay.namespace(), directory, """
                module(load="imptcp")
                input(type="imptcp" path="%s" unlink="on")
                module(load="imuxsock" sysSock.use="off")
                input(type="imuxsock" socket="%s" createPath="off" useSysTimeStamp="off" rateLimit.interval="0")
                action(type="omfwd" target="127.0.0.1" port="%d" protocol="udp" template="RSYSLOG_SyslogProtocol23Format")
                """.formatted(stream, socket, relay.udpPort()));
        Wait.until("rsyslogd listens on " + stream, () -> canConnect(stream));
        return new RsyslogHost(process, socket, stream);
    }

    /** Hands messages to the daemon, at once and over a path that loses none. */
    void log(List<String> messages) {
        try (SocketChannel connection = connect()) {
            write(connection, String.join("\n", messages) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection for many messages: each a line. */
    SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(stream));
    }

    static void write(SocketChannel connection, String lines) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (octets.hasRemaining()) {
            connection.write(octets);
        }
    }

    private static boolean canConnect(Path socket) {
        try (SocketChannel trial = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return trial.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Where programs of the host log to, as {@code /dev/log}. */
    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        process.close();
    }
}
