package backhaul.system;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** An rsyslogd at home that writes every message as it came. */
final class RsyslogCollector implements Collector {
    private final Daemon process;
    private final Path file;
    private final int port;

    private RsyslogCollector(Daemon process, Path file, int port) {
        this.process = process;
        this.file = file;
        this.port = port;
    }

    static RsyslogCollector start(String name) {
        return start(name, "rcvbufSize=\"4m\"");
    }

    /** One with the receive buffer that it has if nothing is configured, of which most have never heard. */
    static RsyslogCollector stock(String name) {
        return start(name, "");
    }

    private static RsyslogCollector start(String name, String receiveBuffer) {
        Path directory = Build.scratch(name);
        Path file = directory.resolve("messages");
        int port = Ports.free();
        Daemon process = Rsyslog.start(directory, """
                module(load="imudp")
                input(type="imudp" address="127.0.0.1" port="%d" %s)
                template(name="raw" type="string" string="%%rawmsg%%\\n")
                action(type="omfile" file="%s" template="raw")
                """.formatted(port, receiveBuffer, file));
        Ports.awaitBound("udp", port);
        return new RsyslogCollector(process, file, port);
    }

    @Override
    public int port() {
        return port;
    }

    /** Datagrams that the kernel has dropped because its buffer for this daemon was full. */
    long drops() {
        return Ports.drops(port, process.pid());
    }

    Daemon process() {
        return process;
    }

    /** Hands on what is in its file and what comes to be. */
    Tail tail(Consumer<byte[]> lines) {
        return new Tail(file, lines);
    }

    @Override
    public List<String> lines() {
        return LineFile.complete(file);
    }

    @Override
    public void close() {
        process.close();
    }
}
