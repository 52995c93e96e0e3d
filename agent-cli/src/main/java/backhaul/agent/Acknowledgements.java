package backhaul.agent;

import backhaul.transport.SendQueue;
import backhaul.transport.SocketTable;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Asks our own kernel how much of a connection the collector's kernel has acknowledged, and whether the collector is
 * still there. On systems other than Linux, everything that is written counts as acknowledged. Used by one relay's
 * loop, on its thread.
 */
final class Acknowledgements implements Closeable {
    /** A look costs up to a millisecond. */
    private static final long INTERVAL = 1_000_000_000L; // ns

    private final SendQueue queue; // null if it cannot be asked
    private long looked = System.nanoTime();
    private long open; // bytes not acknowledged at the last look, and those written since
    private long since = looked; // nanoTime; nothing was open then, or more was acknowledged
    private long unanswered;

    private Acknowledgements(SendQueue queue) {
        this.queue = queue;
    }

    static Acknowledgements of(SocketChannel channel) throws IOException {
        return new Acknowledgements(
                queue((InetSocketAddress) channel.getLocalAddress(), (InetSocketAddress) channel.getRemoteAddress()));
    }

    private static SendQueue queue(InetSocketAddress local, InetSocketAddress remote) {
        try {
            return SendQueue.open(SocketTable.PROC_NET, local, remote);
        } catch (IOException e) {
            return null;
        }
    }

    /** This many bytes were written. */
    void written(int octets, long now) {
        if (open == 0) {
            since = now;
        }
        open += octets;
    }

    /** Is it time to look? That is, is something open, and was the last look some time ago? */
    boolean isDue(long now) {
        return open > 0 && (queue == null || now - looked > INTERVAL);
    }

    /** Returns the bytes that are not acknowledged. */
    long look(long now) {
        looked = now;
        if (queue == null) {
            open = 0;
        } else if (queue.look()) { // else it is closed: nothing more can be learnt
            if (queue.octets() < open) {
                since = now;
            }
            open = queue.octets();
            unanswered = queue.unanswered();
        }
        return open;
    }

    /** Has the collector's machine not answered for this long, although our kernel has kept asking it? */
    boolean isSilentFor(Duration limit) {
        // A collector that lives and has no room always has one on its way.
        return open > 0 && unanswered > 1 && looked - since > limit.toNanos();
    }

    @Override
    public void close() {
        if (queue != null) {
            queue.close();
        }
    }
}
