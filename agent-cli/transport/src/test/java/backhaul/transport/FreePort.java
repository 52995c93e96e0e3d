package backhaul.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports of this machine for sockets that a test closes and opens again. They are below the ephemeral ports, so that no
 * other test's connection takes one while nobody listens there.
 *
 * <p>A port is never tested by opening it: a process that another thread starts just then has the socket, too, until its
 * program begins, and the port would be taken for that long. A socket that is closed and opened again can fail for the same
 * reason: see {@link #reopen}.
 */
public final class FreePort {
    private static final int LOWEST = 10_000;
    private static final List<String> TABLES = List.of("tcp", "tcp6", "udp", "udp6");
    private static final Set<Integer> GIVEN = new HashSet<>(); // guarded by the class

    private FreePort() {}

    /** Opens something at a port. */
    public interface Opener<T> {
        T open(int port) throws IOException;
    }

    /** Free for TCP and UDP, and given to nobody else by this method. */
    public static synchronized int next() {
        Set<Integer> taken = taken();
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, lowestOfTheKernel());
            if (!taken.contains(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port found");
    }

    /** Opens it at such a port. */
    public static <T> T open(Opener<T> opener) throws IOException {
        return reopen(opener, next());
    }

    /** Opens it at a port where something has just been closed, which a process that is starting may still have. */
    public static <T> T reopen(Opener<T> opener, int port) throws IOException {
        long end = System.nanoTime() + 5_000_000_000L;
        while (true) {
            try {
                return opener.open(port);
            } catch (BindException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static Set<Integer> taken() {
        Set<Integer> ports = new HashSet<>();
        for (String table : TABLES) {
            Path file = Path.of("/proc/net", table);
            if (Files.exists(file)) {
                lines(file).stream().skip(1).forEach(line -> ports.add(port(line)));
            }
        }
        return ports;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of {@code sl local_address ...}, with an address as {@code 0100007F:1F90}. */
    private static int port(String line) {
        String local = line.strip().split("\\s+")[1];
        return Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
    }

    private static int lowestOfTheKernel() {
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            return Math.max(LOWEST + 5_000, Integer.parseInt(range.strip().split("\\s+")[0]));
        } catch (IOException e) {
            return 32_768; // the default
        }
    }
}
