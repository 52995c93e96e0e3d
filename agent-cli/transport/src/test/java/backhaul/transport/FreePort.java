package backhaul.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 for what is closed and opened again in a test. They lie below the ports that the kernel gives to whoever
 * asks for none, so that no other test's connection takes one while nobody listens there.
 */
public final class FreePort {
    private static final int LOWEST = 10_000;
    private static final Set<Integer> GIVEN = new HashSet<>(); // guarded by the class

    private FreePort() {}

    /** Free for TCP and UDP, and given to nobody else by this method. */
    public static synchronized int next() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, lowestOfTheKernel());
            try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
                    DatagramSocket udp = new DatagramSocket(port, loopback)) {
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (BindException e) {
                // taken: another one
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no free port found");
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
