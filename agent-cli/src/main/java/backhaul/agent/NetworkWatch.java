package backhaul.agent;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Looks each second whether this machine still has the addresses that its connections were made from. One whose address
 * is gone is dead, but nothing would say so before the limit of silence. Runs on a thread of its own.
 */
final class NetworkWatch implements Runnable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final List<Reconnector> reconnectors;
    private final Predicate<InetAddress> present;
    private final StopSignal stop;

    NetworkWatch(List<Reconnector> reconnectors, Predicate<InetAddress> present, StopSignal stop) {
        this.reconnectors = List.copyOf(reconnectors);
        this.present = present;
        this.stop = stop;
    }

    @Override
    public void run() {
        while (!stop.await(INTERVAL)) {
            reconnectors.forEach(reconnector -> reconnector.checkAddress(present));
        }
    }

    /** Has an interface of this machine that address? If nobody knows, yes. */
    static boolean isPresent(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
