package backhaul.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Looks up the collector's name again and again, because UDP never reports that it has another address now. Runs on its
 * own thread, which may wait for a resolver; senders read the result, at the price of one field a message.
 */
final class NameWatch implements Runnable {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final String name;
    private final Lookup.Resolver resolver;
    private final StopSignal stop;
    private final Duration interval;

    private volatile Seen latest; // written by this thread; null until a look-up has succeeded

    /** The result of one look-up, at least one address. Each look-up has its own object. */
    static final class Seen {
        final List<InetAddress> addresses;

        Seen(InetAddress[] addresses) {
            this.addresses = Arrays.asList(addresses); // which may be asked for null
        }
    }

    NameWatch(String name, Lookup.Resolver resolver, StopSignal stop, Duration interval) {
        this.name = name;
        this.resolver = resolver;
        this.stop = stop;
        this.interval = interval;
    }

    @Override
    public void run() {
        while (!stop.await(interval)) {
            try {
                InetAddress[] addresses = resolver.resolve(name);
                if (addresses.length > 0) {
                    latest = new Seen(addresses);
                }
            } catch (IOException e) {
                // While a name cannot be resolved, the collector stays where it was.
            }
        }
    }

    /** The newest result; null if there is none. */
    Seen latest() {
        return latest;
    }
}
