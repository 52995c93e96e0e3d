package backhaul.agent;

import backhaul.transport.SocketTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** The way to the collector: makes a sender for each relay, which all keep to one pace. Any thread. */
final class LastHop {
    /** A kernel answers about once a second (Linux: icmp_ratelimit); silence in between would look like taking. */
    private static final long OFFER_INTERVAL = 900_000_000; // ns

    private final Collector collector;
    private final long catchUpRate;
    private final StopSignal stop;
    private final Resolver resolver;

    private InetSocketAddress address; // guarded by this
    private Pacer pacer; // guarded by this; for that address, null until one is needed

    private volatile boolean refused; // written under this; a sender holds a message that was refused, and offers it
    private volatile InetAddress avoided; // null until an address was of no use
    private long offered = System.nanoTime() - OFFER_INTERVAL; // guarded by this; when one did last

    /** Finds the addresses of a name. */
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    LastHop(Collector collector, long catchUpRate, StopSignal stop) {
        this(collector, catchUpRate, stop, InetAddress::getAllByName);
    }

    LastHop(Collector collector, long catchUpRate, StopSignal stop, Resolver resolver) {
        this.resolver = resolver;
        this.collector = collector;
        this.catchUpRate = catchUpRate;
        this.stop = stop;
    }

    SyslogSender sender(RelayLog log) {
        return switch (collector.way()) {
            case UDP -> new UdpSender(collector.address(), this, stop, log);
            case TCP, TCP_LF -> new TcpSender(collector, this, stop, log);
            case UNIX -> new UnixSender(collector, stop, log);
        };
    }

    /** One sender was refused: the others need not find out by messages of their own. */
    synchronized void refused() {
        refused = true;
        offered = System.nanoTime();
    }

    boolean isRefused() {
        return refused;
    }

    /** May a sender offer its message now? Only one at a time may, all of them together. */
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
     * An address of the collector's name as it is now: the first, or the one behind that which was of no use last.
     *
     * @throws UnknownHostException if it has none
     */
    InetAddress address() throws UnknownHostException {
        InetAddress[] all = resolver.resolve(collector.address().host());
        return all[(Arrays.asList(all).indexOf(avoided) + 1) % all.length];
    }

    /** This address was of no use: the next sender that asks gets the one behind it. */
    void another(InetAddress useless) {
        avoided = useless;
    }

    /** The pace for the collector's address of today; one of yesterday is closed. */
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
