package backhaul.system;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The collector at home: a {@link FileSink} in a network namespace; what it wrote is entered in a ledger. */
final class Home implements AutoCloseable {
    private final Daemon process;
    private final int port;
    private final Tail tail;

    private Home(Daemon process, int port, Tail tail) {
        this.process = process;
        this.port = port;
        this.tail = tail;
    }

    static Home start(String name, Namespace namespace, Ledger ledger) {
        Path directory = Build.scratch("home-" + name);
        Path file = directory.resolve("messages");
        int port = Ports.free();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "-cp",
                FileSink.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath(),
                FileSink.class.getName(),
                String.valueOf(port),
                file.toString());
        Daemon process = Daemon.start("sink", directory, Map.of(), namespace.enter(command));
        Ports.awaitBound("udp", port, process.pid());
        return new Home(process, port, new Tail(file, ledger));
    }

    int port() {
        return port;
    }

    /** Datagrams that the kernel has dropped because its buffer for the collector was full. */
    long drops() {
        return Ports.drops(port, process.pid());
    }

    @Override
    public void close() {
        process.close();
        tail.close();
    }
}
