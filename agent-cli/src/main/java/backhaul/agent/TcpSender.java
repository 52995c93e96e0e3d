package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import backhaul.transport.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Hands messages to a collector by TCP, octet-counted or in lines (RFC 6587 section 3.4). Messages are collected until
 * {@link #flush}, or until a write is worth it; TCP itself holds the sender back.
 *
 * <p>What was written is acknowledged by the other kernel, which nobody tells us about. So copies of the last {@value
 * #UNSURE} octets written, as much as can be on the way, are kept, and are sent once more over the next connection:
 * rather twice than never, and a warning says how many.
 *
 * <p>Used by one relay's loop, on its thread. It outlives connections, and with it the messages it holds.
 */
final class TcpSender implements SyslogSender {
    /** Octets of the send buffer, and of copies kept; more may be on its way only in the collector's own buffer. */
    static final int UNSURE = 64 * 1024;

    /** Octets collected for one write. */
    private static final int WORTH_A_WRITE = 16 * 1024;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration OFFER_LIMIT = Duration.ofMillis(100);

    /** Stop is looked for at least so often. */
    private static final Duration STOP_CHECK = Duration.ofMillis(50);

    private static final byte[] ESCAPED_LF = "#012".getBytes(US_ASCII); // rsyslog's escape

    private final Collector collector;
    private final StopSignal stop;
    private final RelayLog log;

    private final ArrayDeque<byte[]> written = new ArrayDeque<>(); // frames, the oldest first
    private int writtenOctets;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(); // frames not written in full
    private int waitingOctets;
    private int partly; // octets of the first waiting frame that are written
    private boolean stalled;
    private Duration stallLimit = STALL_LIMIT;
    private final ByteBuffer out = ByteBuffer.allocateDirect(Wire.MAX_MESSAGE * 4 + 8 + WORTH_A_WRITE);
    private SocketChannel channel; // null while there is no connection
    private Selector selector; // of that channel

    TcpSender(Collector collector, StopSignal stop, RelayLog log) {
        this.collector = collector;
        this.stop = stop;
        this.log = log;
    }

    @Override
    public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
        // Whatever fails here belongs to earlier messages: this one is not taken before they are on their way.
        if (channel == null || stalled) {
            connectAndWrite();
        }
        if (waitingOctets >= WORTH_A_WRITE) {
            write();
        }
        byte[] frame =
                collector.way() == Collector.Way.TCP ? counted(octets, offset, length) : line(octets, offset, length);
        waiting.add(frame);
        waitingOctets += frame.length;
    }

    @Override
    public void flush() throws CollectorAwayException {
        if (!waiting.isEmpty()) {
            connectAndWrite();
        }
    }

    @Override
    public boolean offer() {
        try {
            stallLimit = OFFER_LIMIT;
            connectAndWrite();
            stalled = false;
            return true;
        } catch (CollectorAwayException e) {
            return false;
        } finally {
            stallLimit = STALL_LIMIT;
        }
    }

    @Override
    public int held() {
        return waiting.size();
    }

    @Override
    public int collected() {
        return waiting.size();
    }

    @Override
    public void close() {
        if (channel != null && waiting.isEmpty()) {
            drop();
        } else if (channel != null) {
            try {
                write();
            } catch (CollectorAwayException e) {
                log.warning(waiting.size() + " messages lost: " + e.getMessage());
            }
            drop();
        }
    }

    private void connectAndWrite() throws CollectorAwayException {
        if (channel == null) {
            connect();
        }
        write();
    }

    private void connect() throws CollectorAwayException {
        try {
            InetAddress address = InetAddress.getByName(collector.address().host());
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, UNSURE);
            channel.socket()
                    .connect(
                            new InetSocketAddress(address, collector.address().port()), (int) CONNECT_LIMIT.toMillis());
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_WRITE);
        } catch (IOException e) {
            throw away(e);
        }
    }

    /** Writes all that is waiting. */
    private void write() throws CollectorAwayException {
        try {
            checkEnd();
            while (!waiting.isEmpty()) {
                out.clear();
                for (byte[] frame : waiting) {
                    if (out.position() > 0 && out.position() + frame.length > WORTH_A_WRITE) {
                        break;
                    }
                    int from = out.position() == 0 ? partly : 0;
                    out.put(frame, from, frame.length - from);
                }
                out.flip();
                while (out.hasRemaining()) {
                    int count = channel.write(out);
                    if (count == 0) {
                        awaitRoom();
                    } else {
                        advance(count);
                    }
                }
            }
        } catch (CollectorAwayException e) {
            throw e;
        } catch (IOException e) {
            throw away(e);
        }
    }

    /** Moves frames that are written to the copies. */
    private void advance(int count) {
        partly += count;
        while (!waiting.isEmpty() && partly >= waiting.peek().length) {
            byte[] frame = waiting.remove();
            partly -= frame.length;
            waitingOctets -= frame.length;
            written.add(frame);
            writtenOctets += frame.length;
        }
        while (writtenOctets - (written.isEmpty() ? 0 : written.peek().length) >= UNSURE) {
            writtenOctets -= written.remove().length;
        }
    }

    private void awaitRoom() throws IOException {
        long end = System.nanoTime() + stallLimit.toNanos();
        while (selector.select(STOP_CHECK.toMillis()) == 0) {
            if (stop.requested()) {
                throw new CollectorAwayException("the agent is stopping", null);
            }
            if (System.nanoTime() - end > 0) {
                stalled = true;
                throw new CollectorAwayException(
                        "the collector " + collector + " does not read: nothing could be written for "
                                + DurationText.show(stallLimit),
                        null);
            }
        }
        selector.selectedKeys().clear();
    }

    /** A collector that has ended its side takes nothing any more, though a first write would succeed. */
    private void checkEnd() throws IOException {
        ByteBuffer ignored = ByteBuffer.allocate(256);
        int count;
        while ((count = channel.read(ignored.clear())) > 0) {
            // Syslog over TCP has no answers.
        }
        if (count < 0) {
            throw new IOException("it closed the connection");
        }
    }

    private CollectorAwayException away(IOException failure) {
        drop();
        int again = written.size();
        if (again > 0) {
            while (!written.isEmpty()) {
                byte[] frame = written.removeLast();
                waiting.addFirst(frame);
                waitingOctets += frame.length;
            }
            writtenOctets = 0;
            log.warning("The connection to the collector " + collector + " broke: the last " + again
                    + " messages written to it are sent again, and may be there twice");
        }
        String trouble;
        if (failure instanceof UnknownHostException) {
            trouble = "has no address (its name cannot be resolved)";
        } else if (failure instanceof ConnectException) {
            trouble = "refuses connections (no syslog daemon listens there)";
        } else {
            trouble = "cannot be reached (" + failure.getMessage() + ")";
        }
        return new CollectorAwayException("the collector " + collector + " " + trouble, failure);
    }

    private void drop() {
        partly = 0;
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

    private static byte[] counted(byte[] octets, int offset, int length) {
        byte[] count = (length + " ").getBytes(US_ASCII);
        byte[] frame = new byte[count.length + length];
        System.arraycopy(count, 0, frame, 0, count.length);
        System.arraycopy(octets, offset, frame, count.length, length);
        return frame;
    }

    /** One trailing LF ends the line rather than being doubled; any other would forge a second message. */
    private static byte[] line(byte[] octets, int offset, int length) {
        int content = length > 0 && octets[offset + length - 1] == '\n' ? length - 1 : length;
        int escapes = 0;
        for (int i = offset; i < offset + content; i++) {
            escapes += octets[i] == '\n' ? 1 : 0;
        }
        byte[] frame = new byte[content + escapes * (ESCAPED_LF.length - 1) + 1];
        int end = 0;
        for (int i = offset; i < offset + content; i++) {
            if (octets[i] == '\n') {
                System.arraycopy(ESCAPED_LF, 0, frame, end, ESCAPED_LF.length);
                end += ESCAPED_LF.length;
            } else {
                frame[end++] = octets[i];
            }
        }
        frame[end] = '\n';
        return frame;
    }
}
