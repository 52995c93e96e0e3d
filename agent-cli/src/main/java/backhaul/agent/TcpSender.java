package backhaul.agent;

import backhaul.transport.DurationText;
import backhaul.transport.Rated;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands messages to a collector by TCP, octet-counted or in lines (RFC 6587 section 3.4). Messages are collected until
 * {@link #flush}, or until a write is worth it. TCP itself holds the sender back.
 *
 * <p>A message has arrived when the other kernel has acknowledged it ({@link Acknowledgements}); until then it is under
 * way. Copies of these, and of messages that arrived before, {@value ResendBuffer#KEPT} bytes in all, are kept and sent
 * again over the next connection: rather twice than never, and a warning reports how many. If the collector has closed
 * the connection, as a stopped daemon does, or has vanished, messages that had arrived some time before were read: only
 * the rest is sent again. If the connection broke in any other way, all copies are. After a burst, the collector's
 * kernel may have held more unread messages than there are copies.
 *
 * <p>Used by one relay's loop, on its thread. It outlives connections, and so do the messages it holds.
 */
final class TcpSender implements SyslogSender {
    /** Bytes of the send buffer; Linux doubles it for its own overhead, and exceeds it by a segment of 64 KiB. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    private static final Duration OFFER_LIMIT = Duration.ofMillis(100);

    /**
     * The longest time between two checks whether the collector has closed the connection, while the relay sends
     * something.
     */
    private static final Duration END_CHECK = Duration.ofSeconds(1);

    /** The longest time between two checks for stop. */
    private static final Duration STOP_CHECK = Duration.ofMillis(50);

    /** For acknowledgements to arrive at the end, and between two looks for them. */
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(300);

    private static final Duration CLOSE_CHECK = Duration.ofMillis(5);

    /**
     * Time limits.
     *
     * @param stall until a collector that takes nothing counts as away
     * @param silence until one that acknowledges nothing counts as vanished: by then TCP has repeated five times
     * @param settled until a message that has arrived counts as read
     */
    record Limits(Duration stall, Duration silence, Duration settled) {
        static final Limits USUAL = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(10));
    }

    private final Collector collector;
    private final SyslogSenders senders;
    private final StopSignal stop;
    private final Rated breaks;
    private final Rated cuts;
    private final Rated moves;
    private final Limits limits;

    private final ResendBuffer frames;
    private final ByteBuffer ignored = ByteBuffer.allocateDirect(256);
    private boolean stalled;
    private InetAddress address; // the collector's; null until first needed
    private NameWatch.Seen seen; // of its name, the last time
    private SocketChannel channel; // null while there is no connection
    private Selector selector; // of that channel
    private Acknowledgements acknowledgements; // of that channel
    private long connectedAt; // nanoTime
    private long lastOpen; // nanoTime; the collector had not closed it then

    TcpSender(Collector collector, SyslogSenders senders, StopSignal stop, RelayLog log) {
        this(collector, senders, stop, log, Limits.USUAL);
    }

    TcpSender(Collector collector, SyslogSenders senders, StopSignal stop, RelayLog log, Limits limits) {
        this.collector = collector;
        this.senders = senders;
        this.stop = stop;
        this.breaks = log.rated();
        this.cuts = log.rated();
        this.moves = log.rated();
        this.limits = limits;
        this.frames = new ResendBuffer(collector.maxMessage());
    }

    @Override
    public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
        // Any failure here belongs to earlier messages: this one is not taken before they are on their way.
        if (channel == null || stalled) {
            connectAndWrite(limits.stall);
        }
        if (frames.worthAWrite()) {
            write(limits.stall);
        }
        if (frames.isFull()) {
            awaitArrival(limits.stall);
        }
        boolean whole = collector.way() == Collector.Way.TCP
                ? frames.addCounted(octets, offset, length)
                : frames.addLine(octets, offset, length);
        if (!whole) {
            cuts.line("A message of " + length + " octets was cut: " + Setting.COLLECTOR_MAX_MESSAGE.key() + " is "
                    + collector.maxMessage() + ", which a collector must take (rsyslog: maxMessageSize)");
        }
    }

    @Override
    public void flush() throws CollectorAwayException {
        if (frames.waiting() > 0 || channel != null && System.nanoTime() - lastOpen > END_CHECK.toNanos()) {
            connectAndWrite(limits.stall);
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
    public int underway() {
        return frames.underway();
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                if (frames.waiting() > 0) {
                    write(OFFER_LIMIT);
                }
                long begin = System.nanoTime();
                while (!look() && System.nanoTime() - begin < CLOSE_LIMIT.toNanos()) {
                    LockSupport.parkNanos(CLOSE_CHECK.toNanos());
                }
            } catch (CollectorAwayException e) {
                // Waiting messages stay held, and whoever closes this asks for them.
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

    private static SocketChannel open(InetAddress address) throws IOException {
        try {
            return SocketChannel.open(
                    address instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        } catch (UnsupportedOperationException e) {
            throw new SocketException(e.getMessage()); // this machine has no IPv6
        }
    }

    private void connect() throws CollectorAwayException {
        address = null;
        seen = senders.seen();
        try {
            address = senders.address();
            channel = open(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            channel.socket()
                    .connect(
                            new InetSocketAddress(address, collector.address().port()), (int) CONNECT_LIMIT.toMillis());
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_WRITE);
            acknowledgements = Acknowledgements.of(channel);
        } catch (IOException e) {
            senders.another(address);
            throw away(e);
        }
        frames.begin();
        connectedAt = System.nanoTime();
        lastOpen = connectedAt;
    }

    /** Writes all waiting messages. */
    private void write(Duration limit) throws CollectorAwayException {
        try {
            follow();
            checkSilence(); // first, so that arrived messages are known to be older than the last sign of life
            if (hasEnded()) {
                connectAnew();
            }
            while (frames.waiting() > 0) {
                int count = channel.write(frames.unsent());
                if (count == 0) {
                    awaitRoom(limit);
                } else {
                    long now = System.nanoTime();
                    acknowledgements.written(count, now);
                    frames.sent(count, now);
                }
            }
            stalled = false;
            if (acknowledgements.isDue(System.nanoTime())) {
                look();
            }
        } catch (CollectorAwayException e) {
            throw e;
        } catch (IOException e) {
            tellRepeated("broke", frames.repeat(), frames.missesSince(System.nanoTime() - limits.settled.toNanos()));
            throw away(e);
        }
    }

    private void awaitRoom(Duration limit) throws IOException {
        long begin = System.nanoTime();
        while (selector.select(STOP_CHECK.toMillis()) == 0) {
            checkWait(begin, limit, "nothing could be written");
        }
        selector.selectedKeys().clear();
    }

    /** There are so many messages of a few bytes that there is no room for more copies. */
    private void awaitArrival(Duration limit) throws CollectorAwayException {
        long begin = System.nanoTime();
        write(limit);
        for (look(); frames.isFull(); look()) {
            checkWait(begin, limit, "nothing has been acknowledged");
            LockSupport.parkNanos(CLOSE_CHECK.toNanos());
        }
    }

    private void checkWait(long begin, Duration limit, String sign) throws CollectorAwayException {
        if (stop.requested()) {
            throw CollectorAwayException.stopping();
        }
        if (System.nanoTime() - begin > limit.toNanos()) {
            stalled = true;
            throw CollectorAwayException.notReading(collector, sign, limit);
        }
    }

    /** Has everything written arrived? */
    private boolean look() {
        long now = System.nanoTime();
        long open = acknowledgements.look(now);
        frames.arrived(open, now);
        return open == 0;
    }

    /** The collector's name may have another address now, although the old one still answers. */
    private void follow() throws CollectorAwayException {
        if (senders.seen() == seen) {
            return;
        }
        seen = senders.seen();
        InetAddress now = senders.now(address, seen);
        if (now != address) {
            look();
            moves.line("The collector " + collector + " has another address, " + now.getHostAddress() + " and not "
                    + address.getHostAddress() + ": connecting there");
            drop();
            frames.repeatUnacknowledged();
            connect();
        }
    }

    /** If a machine vanishes, our own kernel keeps accepting writes for a quarter of an hour. */
    private void checkSilence() throws CollectorAwayException {
        if (!acknowledgements.isDue(System.nanoTime())) {
            return;
        }
        look();
        if (acknowledgements.isSilentFor(limits.silence)) {
            forget();
            senders.another(address);
            long since = System.nanoTime() - limits.silence.plus(limits.settled).toNanos();
            tellRepeated(
                    "is dead, nothing has been acknowledged for " + DurationText.show(limits.silence),
                    frames.repeat(since),
                    frames.missesSince(since));
            if (stop.requested()) {
                throw CollectorAwayException.stopping();
            }
            connect();
        }
    }

    /** Data in the kernel for a machine that has vanished must not arrive after the data that is sent again. */
    private void forget() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // Then it may arrive.
        }
        drop();
    }

    /** A collector that has closed its side takes nothing more, although a first write would succeed. */
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

    /**
     * A collector that was restarted is usually back at once; one that accepts connections only to close them is not.
     */
    private void connectAnew() throws CollectorAwayException {
        boolean lived = System.nanoTime() - connectedAt > limits.settled.toNanos();
        drop();
        long since = lastOpen - limits.settled.toNanos();
        tellRepeated("broke", frames.repeat(since), frames.missesSince(since));
        if (!lived || stop.requested()) {
            throw CollectorAwayException.because(collector, "closed the connection", null);
        }
        connect();
    }

    private void tellRepeated(String trouble, int again, boolean missing) {
        if (again > 0) {
            breaks.line("The connection to the collector " + collector + " " + trouble + ": the last " + again
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
        if (acknowledgements != null) {
            acknowledgements.close();
        }
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
        acknowledgements = null;
        selector = null;
        channel = null;
    }
}
