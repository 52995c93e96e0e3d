package backhaul.agent;

import backhaul.transport.SocketTable;
import java.net.InetSocketAddress;

/** The way to the collector: makes a sender for each relay, which all keep to one pace. Any thread. */
final class LastHop {
    /** A kernel answers about once a second (Linux: icmp_ratelimit); silence in between would look like taking. */
    private static final long OFFER_INTERVAL = 900_000_000; // ns

    private final Collector collector;
    private final long catchUpRate;
    private final StopSignal stop;

    private InetSocketAddress address; // guarded by this
    private Pacer pacer; // guarded by this; for that address, null until one is needed

    private boolean refused; // guarded by this; a sender holds a message that was refused, and offers it
    private long offered = System.nanoTime() - OFFER_INTERVAL; // guarded by this; when one did last

    LastHop(Collector collector, long catchUpRate, StopSignal stop) {
        this.collector = collector;
        this.catchUpRate = catchUpRate;
        this.stop = stop;
    }

    SyslogSender sender(RelayLog log) {
        return collector.way() == Collector.Way.UDP
                ? new UdpSender(collector.address(), this, stop, log)
                : new TcpSender(collector, stop, log);
    }

    /** One sender was refused: the others need not find out by messages of their own. */
    synchronized void refused() {
        refused = true;
        offered = System.nanoTime();
    }

    synchronized boolean isRefused() {
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
