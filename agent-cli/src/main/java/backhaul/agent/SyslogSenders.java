package backhaul.agent;

import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Makes a sender to the collector for each relay; all share one pace. Any thread. */
final class SyslogSenders {
    /** A kernel answers about once a second (Linux: icmp_ratelimit); silence in between would look like acceptance. */
    private static final long OFFER_INTERVAL = 900_000_000; // ns

    /** A resolver that does not answer must not hold up a relay's loop. */
    private static final Duration LOOKUP_LIMIT = Duration.ofSeconds(5);

    private final Collector collector;
    private final long catchUpRate;
    private final StopSignal stop;
    private final Lookup.Resolver resolver;
    private final NameWatch names; // null if there is no name

    private boolean watching; // guarded by this; the thread of names has been started
    private InetSocketAddress address; // guarded by this
    private Pacer pacer; // guarded by this; for that address, null until one is needed

    private volatile boolean refused; // written under this; a sender holds a refused message, and offers it
    private volatile InetAddress avoided; // null until an address has failed
    private long offered = System.nanoTime() - OFFER_INTERVAL; // guarded by this; when a sender last did

    SyslogSenders(Collector collector, long catchUpRate, StopSignal stop) {
        this(collector, catchUpRate, stop, name -> Lookup.addresses(name, LOOKUP_LIMIT), NameWatch.INTERVAL);
    }

    SyslogSenders(
            Collector collector, long catchUpRate, StopSignal stop, Lookup.Resolver resolver, Duration lookAgain) {
        this.resolver = resolver;
        this.collector = collector;
        this.catchUpRate = catchUpRate;
        this.stop = stop;
        HostPort there = collector.address();
        this.names = there == null || there.isAddress() ? null : new NameWatch(there.host(), resolver, stop, lookAgain);
    }

    SyslogSender sender(RelayLog log) {
        return switch (collector.way()) {
            case UDP -> new UdpSender(collector.address(), this, stop, log);
            case TCP, TCP_LF -> new TcpSender(collector, this, stop, log);
            case UNIX -> new UnixSender(collector, stop, log);
        };
    }

    /** One sender was refused: the others need not find out with their own messages. */
    synchronized void refused() {
        refused = true;
        offered = System.nanoTime();
    }

    boolean isRefused() {
        return refused;
    }

    /** Can a sender offer its message now? All senders share one turn. */
    synchronized boolean mayOffer() {
        long now = System.nanoTime();
        if (now - offered < OFFER_INTERVAL) {
            return false;
        }
        offered = now;
        return true;
    }

    /** The collector takes messages. */
    synchronized void taken() {
        refused = false;
    }

    /**
     * A current address of the collector's name: the first, or the one after the address that failed last.
     *
     * @throws UnknownHostException if it has none
     */
    InetAddress address() throws IOException {
        watchNames();
        return choose(Arrays.asList(resolver.resolve(collector.address().host())));
    }

    private InetAddress choose(List<InetAddress> all) {
        return all.get((all.indexOf(avoided) + 1) % all.size());
    }

    /** The newest look-up of the name, for a sender to compare with the one before; null if there is none. */
    NameWatch.Seen seen() {
        return names == null ? null : names.latest();
    }

    /** The current address of a collector with this one: the same if its name still has it. */
    InetAddress now(InetAddress before, NameWatch.Seen seen) {
        return seen == null || seen.addresses.contains(before) ? before : choose(seen.addresses);
    }

    private synchronized void watchNames() {
        if (names != null && !watching) {
            watching = true;
            Thread thread = new Thread(names, "collector name");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** This address failed: the next sender that asks gets the one after it. */
    void another(InetAddress useless) {
        avoided = useless;
    }

    /** The pacer for the collector's current address; that of an earlier address is closed. */
    synchronized Pacer pacer(InetSocketAddress collectorAddress) {
        if (!collectorAddress.equals(address)) {
            if (pacer != null) {
                pacer.close();
            }
            address = collectorAddress;
            Pacer rate = new RatePacer(catchUpRate, System::nanoTime);
            pacer = SocketTable.isHere(address.getAddress()) ? QueuePacer.of(address, rate) : rate;
        }
        return pacer;
    }
}
