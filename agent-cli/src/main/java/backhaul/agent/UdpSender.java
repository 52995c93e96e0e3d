package backhaul.agent;

import backhaul.transport.DurationText;
import backhaul.transport.OwnMessage;
import backhaul.transport.Rated;
import backhaul.transport.SocketTable;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands messages to a collector by UDP, each as one datagram, byte for byte and in order.
 *
 * <p>ICMP reports that nobody listens, or that a datagram is too long for a router. The kernel passes it on only at the
 * next use of the socket, so a send that fails means that earlier messages failed. The last message and the last long
 * ones ({@link LongDatagrams}) are kept and offered again. For a collector on the same machine this is exact; one on
 * another machine may refuse several before the first refusal has come back.
 *
 * <p>UDP does not report either that the collector has another address now: the sender follows its name ({@link
 * NameWatch}).
 *
 * <p>UDP has no flow control: it waits for the {@link Pacer} of the collector. A collector that does not read at all
 * counts as away after some time; a rate that keeps it behind for long is raised.
 *
 * <p>Used by one relay's loop, on its thread. It outlives connections, and so does the message it holds.
 */
final class UdpSender implements SyslogSender {
    /** A refusal that has not come by then is not coming. */
    private static final Duration REFUSAL_LIMIT = Duration.ofMillis(100);

    /** A queue that is full for this long belongs to a collector that has stopped reading. */
    private static final Duration FULL_LIMIT = Duration.ofSeconds(10);

    /** The longest time between two checks for stop while held back. */
    private static final long MOST_PARK = 20_000_000; // ns

    /** Waiting longer than this for the relay means that nothing was waiting there. */
    private static final long PAUSE = 1_000_000; // ns

    // How long without a pause until the rate is raised.
    private static final long BEHIND_LIVE = 5_000_000_000L; // ns
    private static final long BEHIND_CATCHING_UP = 30_000_000_000L; // ns

    /** The kernel reports an error once; an error of three writes in a row is the message's own. */
    private static final int TRIES = 3;

    private final HostPort collector;
    private final SyslogSenders senders;
    private final StopSignal stop;
    private final RelayLog log;
    private final Rated tooLong;
    private final Rated drops;
    private final Rated moves;

    private ByteBuffer current = ByteBuffer.allocateDirect(Wire.MAX_MESSAGE + 1);
    private ByteBuffer previous = ByteBuffer.allocateDirect(Wire.MAX_MESSAGE + 1);
    private final LongDatagrams longOnes = new LongDatagrams();
    private boolean previousSent; // there is one, and it may still turn out to be refused
    private boolean refused; // it did
    private InetAddress address; // the collector's; null until first needed
    private boolean elsewhere; // it is not one of this machine's
    private NameWatch.Seen seen; // of its name, the last time
    private long unconfirmed; // messages sent since its name was known to have that address
    private DatagramChannel channel; // null until first needed
    private Pacer pacer; // likewise; the collector's, not ours to close
    private boolean catchingUp;
    private boolean drained; // flush has been called, and send not yet
    private long drainedAt; // nanoTime
    private long behindSince = System.nanoTime(); // the last pause, or the last time the rate was raised
    private long dropped;
    private long unsendable;

    UdpSender(HostPort collector, SyslogSenders senders, StopSignal stop, RelayLog log) {
        this.collector = collector;
        this.senders = senders;
        this.stop = stop;
        this.log = log;
        this.drops = log.rated();
        this.tooLong = log.rated();
        this.moves = log.rated();
    }

    @Override
    public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
        if (refused || senders.isRefused()) {
            throw away(new PortUnreachableException());
        }
        current.clear().put(octets, offset, length).flip();
        try {
            if (senders.seen() != seen) {
                follow();
            }
            if (channel == null) {
                open(senders.address());
            }
            pace(length);
            writeBehindPrevious();
        } catch (CollectorAwayException e) {
            throw e;
        } catch (IOException e) {
            if (TooLong.is(e)) {
                drop(length);
                return;
            }
            throw away(e);
        }
        ByteBuffer sent = current;
        current = previous;
        previous = sent;
        previousSent = true;
        if (elsewhere) {
            longOnes.sent(octets, offset, length);
        }
        unconfirmed++;
    }

    @Override
    public boolean offer() {
        // A new socket: the collector's name or this machine may have another address now.
        close();
        try {
            open(senders.address());
            if (pacer.delay(refused ? previous.limit() : 0) > 0) {
                return false; // it still does not read
            }
            if (!refused) {
                return !senders.isRefused(); // a sender that holds a message finds out
            }
            if (!senders.mayOffer()) {
                return false;
            }
            repeatPrevious();
            awaitRefusal();
            refused = false;
            senders.taken();
            return true;
        } catch (IOException e) {
            senders.another(address);
            return false;
        }
    }

    @Override
    public int held() {
        if (!refused && previousSent) {
            try {
                checkRefusal();
            } catch (PortUnreachableException e) {
                refused();
            } catch (IOException e) {
                try {
                    repeatRecent();
                } catch (IOException again) {
                    refused();
                }
            }
        }
        return refused ? 1 : 0;
    }

    @Override
    public int underway() {
        return refused ? 1 : 0;
    }

    @Override
    public void flush() {
        drained = true;
        drainedAt = System.nanoTime();
        if (pacer != null) {
            pacer.idle();
            tellDrops();
        }
    }

    @Override
    public void catchUp() {
        catchingUp = true;
        drained = false;
        behindSince = System.nanoTime();
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public long unsendable() {
        return unsendable;
    }

    @Override
    public void close() {
        previousSent = false; // this socket gets no more reports
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // A datagram socket has nothing left to say.
            }
            channel = null;
        }
    }

    private void refused() {
        refused = true;
        senders.another(address);
        senders.refused();
    }

    private IOException refused(IOException failure) {
        refused();
        return failure;
    }

    private void open(InetAddress there) throws IOException {
        address = there;
        seen = senders.seen();
        unconfirmed = 0;
        elsewhere = !SocketTable.isHere(address);
        longOnes.forget(); // they belong to another socket
        try {
            channel = DatagramChannel.open(
                    address instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        } catch (UnsupportedOperationException e) {
            throw new SocketException(e.getMessage()); // this machine has no IPv6
        }
        InetSocketAddress socket = new InetSocketAddress(address, collector.port());
        channel.connect(socket);
        pacer = senders.pacer(socket);
    }

    /** The collector's name was looked up again. */
    private void follow() throws IOException {
        seen = senders.seen();
        InetAddress now = channel == null ? address : senders.now(address, seen);
        if (now != address) {
            moves.line("The collector " + collector + " has another address, " + now.getHostAddress() + " and not "
                    + address.getHostAddress() + ": of the " + OwnMessage.messages(unconfirmed)
                    + " sent since its name was looked up before, some may be lost");
            close();
            open(now);
        }
        unconfirmed = 0;
    }

    /** Waits until the collector has room, or the rate allows one more message. */
    private void pace(int length) throws CollectorAwayException {
        if (drained) {
            drained = false;
            long now = System.nanoTime();
            if (now - drainedAt > PAUSE) {
                behindSince = now;
                catchingUp = false;
            }
        }
        long wait;
        while ((wait = pacer.delay(length)) > 0) {
            if (stop.requested()) {
                throw CollectorAwayException.stopping();
            }
            tellDrops();
            if (pacer.heldNanos() > FULL_LIMIT.toNanos()) {
                close();
                throw CollectorAwayException.notReading(collector, "its receive buffer has been full", FULL_LIMIT);
            }
            raise();
            LockSupport.parkNanos(Math.min(MOST_PARK, wait));
        }
    }

    private void raise() {
        long behind = System.nanoTime() - behindSince;
        if (behind > (catchingUp ? BEHIND_CATCHING_UP : BEHIND_LIVE)) {
            behindSince += behind;
            long rate = pacer.raise();
            if (rate > 0) {
                log.info("More messages have come than may go to the collector " + collector + " for "
                        + DurationText.show(Duration.ofNanos(behind)) + ": now up to " + rate + " a second ("
                        + Setting.CATCH_UP_RATE.flag() + ")");
            }
        }
    }

    private void tellDrops() {
        long more = pacer.takeDropped();
        if (more > 0) {
            dropped += more;
            drops.line("The collector " + collector + " has lost " + dropped
                    + " messages so far: its receive buffer was full; give it a larger one (rsyslog: rcvbufSize of imudp,"
                    + " syslog-ng: so-rcvbuf()) and allow it by the sysctl net.core.rmem_max, or raise"
                    + " net.core.rmem_default");
        }
    }

    /** Sends both again if the kernel reports anything, because the report may be for the earlier one. */
    private void writeBehindPrevious() throws IOException {
        try {
            channel.write(current.rewind());
        } catch (PortUnreachableException e) {
            throw previousSent ? refused(e) : e;
        } catch (IOException e) {
            if (previousSent) {
                try {
                    repeatRecent();
                } catch (IOException again) {
                    throw refused(again);
                }
            }
            write(current);
        }
    }

    /** A recent message did not arrive: the last one, or one too long for a router. */
    private void repeatRecent() throws IOException {
        longOnes.repeat(this::writeOrDrop);
        if (!elsewhere || previous.limit() <= LongDatagrams.SHORT) {
            repeatPrevious();
        }
    }

    /** The last message may not have arrived. */
    private void repeatPrevious() throws IOException {
        previousSent = true;
        writeOrDrop(previous);
    }

    private void writeOrDrop(ByteBuffer message) throws IOException {
        try {
            write(message);
        } catch (IOException e) {
            if (!TooLong.is(e)) {
                throw e;
            }
            drop(message.limit());
        }
    }

    private void write(ByteBuffer message) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                channel.write(message.rewind());
                return;
            } catch (PortUnreachableException e) {
                throw e;
            } catch (IOException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private void drop(int length) {
        unsendable++;
        tooLong.line("A message of " + length + " octets was dropped: the way to the collector " + collector
                + " takes no datagram as long");
    }

    /** Throws the error that the kernel has got for the last datagram, if it has got one yet. */
    private void checkRefusal() throws IOException {
        channel.configureBlocking(false);
        try {
            channel.read(ByteBuffer.allocate(1));
        } finally {
            channel.configureBlocking(true);
        }
    }

    /** The same, but waits for it. */
    private void awaitRefusal() throws IOException {
        try {
            channel.socket().setSoTimeout((int) REFUSAL_LIMIT.toMillis());
            channel.socket().receive(new DatagramPacket(new byte[1], 1));
        } catch (SocketTimeoutException e) {
            // It was taken.
        } catch (PortUnreachableException e) {
            throw e;
        } catch (IOException e) {
            repeatPrevious();
        }
    }

    private CollectorAwayException away(IOException failure) {
        boolean refusal = failure instanceof PortUnreachableException;
        if (!refusal && !(failure instanceof UnknownHostException)) {
            senders.another(address);
        }
        close();
        return refusal
                ? CollectorAwayException.because(
                        collector, "refuses messages (no syslog daemon listens there)", failure)
                : CollectorAwayException.unreachable(collector, failure);
    }
}
