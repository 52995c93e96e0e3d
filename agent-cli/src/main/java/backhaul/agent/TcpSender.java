package backhaul.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Hands messages to a collector by TCP, octet-counted or in lines (RFC 6587 section 3.4). Messages are collected until
 * {@link #flush}, or until a write is worth it; TCP itself holds the sender back.
 *
 * <p>What was written is acknowledged by the other kernel, which nobody tells us about. So copies of the last {@value
 * Frames#KEPT} octets written, more than can be on the way, are kept, and are sent once more over the next connection:
 * rather twice than never, and a warning says how many. If the collector has ended the connection, as a daemon does that
 * is stopped, the path was good, and what had been written some time before has arrived and was read: only what came after
 * is sent again. If the connection broke in any other way, all copies are: the path may have been dead for long. Either way
 * the collector's own kernel may have held more, not yet read, than there are copies of, if so much was written lately.
 *
 * <p>Used by one relay's loop, on its thread. It outlives connections, and with it the messages it holds.
 */
final class TcpSender implements SyslogSender {
    /** Octets of the send buffer; Linux doubles it for its own overhead, and goes over it by a segment of 64 KiB. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration OFFER_LIMIT = Duration.ofMillis(100);

    /** By then a message on a path that works has been repeated five times by TCP, and read. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    /** Whether the collector has ended the connection is looked for at least so often while the relay sends something. */
    private static final Duration END_CHECK = Duration.ofSeconds(1);

    /** Stop is looked for at least so often. */
    private static final Duration STOP_CHECK = Duration.ofMillis(50);

    private final Collector collector;
    private final LastHop lastHop;
    private final StopSignal stop;
    private final RateLimited breaks;
    private final Duration stallLimit;
    private final Duration settled;

    private final Frames frames = new Frames();
    private final ByteBuffer ignored = ByteBuffer.allocateDirect(256);
    private boolean stalled;
    private SocketChannel channel; // null while there is no connection
    private Selector selector; // of that channel
    private long connectedAt; // nanoTime
    private long lastOpen; // nanoTime; the collector had not ended it then

    TcpSender(Collector collector, LastHop lastHop, StopSignal stop, RelayLog log) {
        this(collector, lastHop, stop, log, STALL_LIMIT, SETTLED);
    }

    TcpSender(
            Collector collector,
            LastHop lastHop,
            StopSignal stop,
            RelayLog log,
            Duration stallLimit,
            Duration settled) {
        this.collector = collector;
        this.lastHop = lastHop;
        this.stop = stop;
        this.breaks = new RateLimited(log);
        this.stallLimit = stallLimit;
        this.settled = settled;
    }

    @Override
    public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
        // Whatever fails here belongs to earlier messages: this one is not taken before they are on their way.
        if (channel == null || stalled) {
            connectAndWrite(stallLimit);
        }
        if (frames.worthAWrite()) {
            write(stallLimit);
        }
        if (collector.way() == Collector.Way.TCP) {
            frames.addCounted(octets, offset, length);
        } else {
            frames.addLine(octets, offset, length);
        }
    }

    @Override
    public void flush() throws CollectorAwayException {
        if (frames.waiting() > 0 || channel != null && System.nanoTime() - lastOpen > END_CHECK.toNanos()) {
            connectAndWrite(stallLimit);
        }
    }

    @Override
    public boolean offer() {
        try {
            connectAndWrite(OFFER_LIMIT);
            stalled = false;
            return true;
        } catch (CollectorAwayException e) {
            return false;
        }
    }

    @Override
    public int held() {
        return frames.waiting();
    }

    @Override
    public int collected() {
        return frames.waiting();
    }

    @Override
    public void close() {
        if (channel != null && frames.waiting() > 0) {
            try {
                write(OFFER_LIMIT);
            } catch (CollectorAwayException e) {
                // What waits stays held, and whoever closes this asks.
            }
        }
        drop();
    }

    private void connectAndWrite(Duration limit) throws CollectorAwayException {
        if (channel == null) {
            connect();
        }
        write(limit);
    }

    private void connect() throws CollectorAwayException {
        InetAddress address = null;
        try {
            address = lastHop.address();
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            channel.socket()
                    .connect(
                            new InetSocketAddress(address, collector.address().port()), (int) CONNECT_LIMIT.toMillis());
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_WRITE);
        } catch (IOException e) {
            lastHop.another(address);
            throw away(e);
        }
        frames.begin();
        connectedAt = System.nanoTime();
        lastOpen = connectedAt;
    }

    /** Writes all that is waiting. */
    private void write(Duration limit) throws CollectorAwayException {
        try {
            if (hasEnded()) {
                connectAnew();
            }
            while (frames.waiting() > 0) {
                int count = channel.write(frames.unsent());
                if (count == 0) {
                    awaitRoom(limit);
                } else {
                    frames.sent(count, System.nanoTime());
                }
            }
            stalled = false;
        } catch (CollectorAwayException e) {
            throw e;
        } catch (IOException e) {
            tellRepeated(frames.repeat(), frames.missesSince(System.nanoTime() - settled.toNanos()));
            throw away(e);
        }
    }

    private void awaitRoom(Duration limit) throws IOException {
        long begin = System.nanoTime();
        while (selector.select(STOP_CHECK.toMillis()) == 0) {
            if (stop.requested()) {
                throw CollectorAwayException.stopping();
            }
            if (System.nanoTime() - begin > limit.toNanos()) {
                stalled = true;
                throw CollectorAwayException.notReading(collector, "nothing could be written", limit);
            }
        }
        selector.selectedKeys().clear();
    }

    /** A collector that has ended its side takes nothing any more, though a first write would succeed. */
    private boolean hasEnded() throws IOException {
        int count;
        while ((count = channel.read(ignored.clear())) > 0) {
            // Syslog over TCP has no answers.
        }
        if (count == 0) {
            lastOpen = System.nanoTime();
        }
        return count < 0;
    }

    /** A collector that was restarted is there again as a rule; one that takes connections only to end them is not. */
    private void connectAnew() throws CollectorAwayException {
        boolean lived = System.nanoTime() - connectedAt > settled.toNanos();
        drop();
        boolean missing = frames.missesSince(lastOpen - settled.toNanos());
        tellRepeated(frames.repeat(lastOpen - settled.toNanos()), missing);
        if (!lived || stop.requested()) {
            throw CollectorAwayException.because(collector, "closed the connection", null);
        }
        connect();
    }

    private void tellRepeated(int again, boolean missing) {
        if (again > 0) {
            breaks.warn("The connection to the collector " + collector + " broke: the last " + again
                    + " messages written to it are sent again, and may be there twice"
                    + (missing ? "; of those before, some may be lost" : ""));
        }
    }

    private CollectorAwayException away(IOException failure) {
        drop();
        return failure instanceof ConnectException
                ? CollectorAwayException.because(
                        collector, "refuses connections (no syslog daemon listens there)", failure)
                : CollectorAwayException.unreachable(collector, failure);
    }

    private void drop() {
        stalled = false;
        try {
            if (selector != null) {
                selector.close();
            }
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It is over either way.
        }
        selector = null;
        channel = null;
    }
}
