package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import backhaul.transport.Rated;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * Hands messages to a collector on this machine through its Unix datagram socket, each as one datagram, byte for byte
 * and in order.
 *
 * <p>Here the kernel reports the result at once: a socket whose queue is full (net.unix.max_dgram_qlen, mostly 10
 * messages) takes the message later, one that does not exist or that nobody reads refuses it. So nothing is ever held.
 *
 * <p>Java has no such sockets (JDK 25: streams only), but junixsocket has. Only this class uses it: none of it is
 * loaded for another collector. Used by one relay's loop, on its thread. It outlives connections.
 */
final class UnixSender implements SyslogSender {
    /** A queue that is full for this long belongs to a collector that has stopped reading. */
    private static final Duration FULL_LIMIT = Duration.ofSeconds(10);

    /** Bytes of the send buffer: room for the longest message, whatever net.core.wmem_default is. */
    private static final int SEND_BUFFER = 128 * 1024;

    private static final int KERNELS_OWN = 32; // bytes of a send buffer

    // How long to wait for room: about a sixteenth of the time waited already.
    private static final long LEAST_WAIT = 50_000; // ns
    private static final long MOST_WAIT = 5_000_000; // ns
    private static final int WAIT_SHIFT = 4;

    private final Collector collector;
    private final StopSignal stop;
    private final Duration fullLimit;
    private final int sendBuffer;
    private final Rated tooLong;

    private final ByteBuffer datagram = ByteBuffer.allocateDirect(Wire.MAX_MESSAGE);
    private AFUNIXDatagramChannel channel; // null while there is no connection
    private long unsendable;

    UnixSender(Collector collector, StopSignal stop, RelayLog log) {
        this(collector, stop, log, FULL_LIMIT, SEND_BUFFER);
    }

    UnixSender(Collector collector, StopSignal stop, RelayLog log, Duration fullLimit, int sendBuffer) {
        this.collector = collector;
        this.stop = stop;
        this.fullLimit = fullLimit;
        this.sendBuffer = sendBuffer;
        this.tooLong = log.rated();
    }

    /** Does this machine support it? Call this once, before the first sender is made. */
    static void check(Collector collector) throws ConfigException {
        if (collector.way() == Collector.Way.UNIX && !isSupported()) {
            throw new ConfigException(List.of(Setting.COLLECTOR.key() + " cannot be " + collector
                    + ": Unix sockets need Linux on amd64, aarch64, arm or riscv64 and a directory for temporary files"
                    + " that programs may be run from (-Djava.io.tmpdir=); let the syslog daemon listen on UDP or TCP at"
                    + " 127.0.0.1 and give that"));
        }
    }

    /** junixsocket prints a trace of 40 lines if it cannot, instead of throwing an exception. */
    private static boolean isSupported() {
        PrintStream error = System.err;
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
        try {
            return AFUNIXSocket.isSupported();
        } finally {
            System.setErr(error);
        }
    }

    @Override
    public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
        datagram.clear().put(octets, offset, length).flip();
        try {
            if (channel == null) {
                open();
            }
            // A datagram is sent as a whole or not at all.
            if (channel.write(datagram) == 0 && length > 0) {
                writeWhenThereIsRoom();
            }
        } catch (CollectorAwayException e) {
            throw e;
        } catch (IOException e) {
            if (isTooLong(length)) {
                tooLong.line("A message of " + length + " octets was dropped: the way to the collector " + collector
                        + " takes no datagram as long");
                unsendable++;
                return;
            }
            throw away(e);
        }
    }

    @Override
    public boolean offer() {
        try {
            if (channel == null) {
                open();
            }
            if (hasRoom()) {
                return true;
            }
        } catch (IOException e) {
            // reported when it began
        }
        close(); // the daemon may be restarted, with another socket of that name
        return false;
    }

    @Override
    public long unsendable() {
        return unsendable;
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // A datagram socket has nothing left to say.
            }
            channel = null;
        }
    }

    private void open() throws IOException {
        channel = AFUNIXDatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBuffer);
        channel.connect(AFUNIXSocketAddress.of(collector.path()));
        channel.configureBlocking(false);
    }

    /** The kernel's own rule (Linux: unix_dgram_sendmsg). It tells failures apart without the words of a language. */
    private boolean isTooLong(int length) {
        try {
            return length > channel.getOption(StandardSocketOptions.SO_SNDBUF) - KERNELS_OWN;
        } catch (IOException e) {
            return false;
        }
    }

    private void writeWhenThereIsRoom() throws IOException {
        long begin = System.nanoTime();
        do {
            long waited = System.nanoTime() - begin;
            if (stop.requested()) {
                throw CollectorAwayException.stopping();
            }
            if (waited > fullLimit.toNanos()) {
                throw CollectorAwayException.notReading(collector, "its queue has been full", fullLimit);
            }
            LockSupport.parkNanos(Math.max(LEAST_WAIT, Math.min(MOST_WAIT, waited >> WAIT_SHIFT)));
        } while (channel.write(datagram) == 0);
    }

    private boolean hasRoom() throws IOException {
        try (Selector selector = channel.provider().openSelector()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            return selector.selectNow() > 0;
        }
    }

    private CollectorAwayException away(IOException failure) {
        close();
        String trouble = Files.exists(collector.path())
                ? "takes no messages (" + failure.getMessage() + ")"
                : "is not there (the syslog daemon makes it)";
        return CollectorAwayException.because(collector, trouble, failure);
    }
}
