package backhaul.agent;

import backhaul.transport.SendQueue;
import backhaul.transport.SocketTable;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * What the collector's kernel has acknowledged of a connection, and whether it is still there: our own kernel knows. Where
 * it does not tell (no Linux), what is written counts as acknowledged. Used by one relay's loop, on its thread.
 */
final class Acknowledgements implements Closeable {
    /** A look costs up to a millisecond. */
    private static final long INTERVAL = 1_000_000_000L; // ns

    private final SendQueue queue; // null if nobody tells
    private long looked = System.nanoTime();
    private long open; // octets not acknowledged, as of the last look and what was written since
    private long since = looked; // nanoTime; nothing was open, or something more was acknowledged
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

    /** So many octets were written. */
    void written(int octets, long now) {
        if (open == 0) {
            since = now;
        }
        open += octets;
    }

    /** Is it time to look, because the last look is some time ago and something was open? */
    boolean isDue(long now) {
        return open > 0 && (queue == null || now - looked > INTERVAL);
    }

    /** Octets that are not acknowledged. */
    long look(long now) {
        looked = now;
        if (queue == null) {
            open = 0;
        } else if (queue.look()) { // else it has ended: nobody will ever know more
            if (queue.octets() < open) {
                since = now;
            }
            open = queue.octets();
            unanswered = queue.unanswered();
        }
        return open;
    }

    /** Has the collector's machine not answered for so long, though our kernel has asked it again and again? */
    boolean isSilentFor(Duration limit) {
        // One is on its way at any time to a collector that lives and has no room.
        return open > 0 && unanswered > 1 && looked - since > limit.toNanos();
    }

    @Override
    public void close() {
        if (queue != null) {
            queue.close();
        }
    }
}
