package backhaul.system;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The collector at home: a {@link FileSink} in a network namespace, and a thread that enters what it wrote in a ledger. */
final class Home implements AutoCloseable {
    private final Daemon process;
    private final Path file;
    private final int port;
    private final Ledger ledger;
    private final Thread thread;
    private volatile boolean closed;

    private Home(Daemon process, Path file, int port, Ledger ledger) {
        this.process = process;
        this.file = file;
        this.port = port;
        this.ledger = ledger;
        thread = new Thread(this::read, "home-" + port);
        thread.start();
    }

    static Home start(String name, Namespace namespace, Ledger ledger) {
        Path directory = Build.scratch("home-" + name);
        Path file = directory.resolve("messages");
        int port = Ports.free();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
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
        return new Home(process, file, port, ledger);
    }

    int port() {
        return port;
    }

    /** Datagrams that the kernel has dropped because its buffer for the collector was full. */
    long drops() {
        return Ports.drops(port, process.pid());
    }

    private void read() {
        byte[] octets = new byte[1 << 16];
        int held = 0;
        try {
            Wait.until("the file " + file, () -> Files.exists(file));
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                while (!closed) {
                    int came = in.read(octets, held, octets.length - held);
                    if (came <= 0) {
                        Thread.sleep(5); // no condition to wait for: a file that grows tells nobody
                        continue;
                    }
                    held += came;
                    int begin = 0;
                    for (int i = held - came; i < held; i++) {
                        if (octets[i] == '\n') {
                            ledger.accept(Arrays.copyOfRange(octets, begin, i));
                            begin = i + 1;
                        }
                    }
                    System.arraycopy(octets, begin, octets, 0, held - begin);
                    held -= begin;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.close();
        closed = true;
        try {
            thread.join(Wait.SOON.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
