package backhaul.relay;

import backhaul.relay.host.UdpSocket;
import backhaul.relay.status.Text;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Receives the host's datagrams: appends each to the ring as a message, then wakes idle writers. Everything in {@link
 * #run} runs on the UDP receiver thread, the only one that appends to the ring.
 */
final class UdpReceiver implements Runnable {
    /**
     * A message of the relay's own.
     *
     * @param appended called on the receiver once it is in the ring
     */
    record Notice(byte[] octets, Runnable appended) {}

    /** Datagrams read in one go before idle writers are woken, so that a flood cannot keep them asleep. */
    private static final int BURST = 64;

    private static final int MAX_DATAGRAM = 65_535;
    private static final long IDLE_TURN_MILLIS = 2_000;

    /**
     * From this many messages a second on (as the mean time between two, ns) nobody is woken for each: the socket is
     * read again after a nap. The messages that came meanwhile go through the ring, TLS and the agent as one batch, and
     * a wake-up of each thread on the path costs more than a message.
     */
    private static final long DENSE = 40_000;

    /**
     * Requested, ns; with the timer's slack it is about twice as long. A stock receive buffer holds ten times as much.
     */
    private static final long NAP = 50_000;

    /** The mean is over about this many turns, as a power of two. */
    private static final int MEAN_SHIFT = 3;

    private static final long PAUSE_AFTER_ERROR = 100_000_000; // ns

    /** Each access to a mapping that has gone bad may cause one. */
    private static final int MOST_LATE_FAULTS = 10;

    /** At stop, for the datagrams that the socket still has. */
    private static final Duration REST = Duration.ofMillis(80);

    private final UdpSocket socket;
    private final DatagramChannel channel;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_DATAGRAM); // receiver only
    private final CountDownLatch ended = new CountDownLatch(1);
    private final InetSocketAddress address;
    private final Selector selector;
    private final Backlog backlog;
    private final Agents agents;
    private final RelayLog log;
    private final AtomicLong empty = new AtomicLong();
    private volatile long lastTurn = System.nanoTime(); // receiver only; read by the liveness check
    private volatile String trouble; // null while there is none; receiver only; read by the readiness check
    private long gap = IDLE_TURN_MILLIS * 1_000_000; // receiver only: mean ns from one message to the next
    private final Queue<Notice> notices = new ConcurrentLinkedQueue<>(); // put by housekeeping, taken by the receiver
    private InternalError fault; // receiver only: of the ring's mapping; null as long as it is good
    private volatile boolean ringLost; // receiver only, once that was logged; read by housekeeping
    private volatile Runnable atEnd = () -> {}; // written before stopped
    private volatile boolean stopped;
    private volatile boolean released; // set once, by the thread that gives the socket back; read by the receiver

    /** Takes over a bound socket; reads nothing from it before {@link #run}. */
    UdpReceiver(UdpSocket socket, Backlog backlog, Agents agents, RelayLog log) throws IOException {
        this.socket = socket;
        this.channel = socket.channel();
        this.address = socket.address();
        this.backlog = backlog;
        this.agents = agents;
        this.log = log;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    @Override
    public void run() {
        afterLateFaults(this::receiveAndEnd);
    }

    /** Runs the steps again after a fault of a mapping, which can come between any two of them. */
    private void receiveAndEnd() {
        try {
            if (fault == null) {
                receiveAll();
            }
        } catch (InternalError e) { // the JDK throws this for a mapping whose file has gone bad
            fault = e;
        }
        if (fault != null && !ringLost) {
            log.error("The ring has gone bad, nothing is received before the relay has started again: " + fault);
            ringLost = true;
        }
        close();
        ended.countDown();
    }

    /** The JDK throws the fault of a mapping a little after it has happened, wherever the thread is by then. */
    private static void afterLateFaults(Runnable steps) {
        for (int faults = 0; faults < MOST_LATE_FAULTS; faults++) {
            try {
                steps.run();
                return;
            } catch (InternalError e) {
                // The steps know of the first one.
            }
        }
    }

    private void receiveAll() {
        while (!stopped) {
            try {
                Thread.interrupted(); // only stop() ends the loop; an interrupt would turn it into a busy loop
                boolean more = turn();
                if (trouble != null) {
                    trouble = null;
                }
                if (!more) {
                    awaitMore();
                }
            } catch (ClosedChannelException | ClosedSelectorException e) {
                if (!stopped) {
                    log.error("UDP " + Text.peer(address) + " was closed by somebody else: restart the server");
                }
                return;
            } catch (InternalError e) {
                throw e; // not one of those after which the next datagram may still be taken
            } catch (Throwable e) { // whatever it is, the next datagram may still be taken
                trouble = "Receiving on UDP " + Text.peer(address) + " failed, trying again: " + e;
                log.repeatable(RelayLog.Kind.OWN, trouble);
                LockSupport.parkNanos(PAUSE_AFTER_ERROR);
            }
        }
        takeTheRest();
    }

    /** One turn: the datagrams that are ready, our own notices, the wake-ups; true if there may be more. */
    private boolean turn() throws IOException {
        long before = backlog.next();
        boolean more;
        try {
            more = receive(datagram);
        } catch (InternalError e) {
            throw e; // the ring may have gone bad
        } catch (IOException | RuntimeException | Error e) {
            passOn(before); // messages from before the failure must not wait while the writers sleep
            throw e;
        }
        passOn(before);
        return more;
    }

    /** Appends our own notices, and wakes writers for the messages that have come since the number {@code before}. */
    private void passOn(long before) {
        long came = backlog.next() - before;
        boolean nothing = false;
        try {
            nothing = !appendNotices() && came == 0;
        } finally { // without access to the ring, which may have gone bad
            if (!nothing) {
                VarHandle.fullFence(); // the appended messages before the look at who is waiting: see AgentQueue
                agents.wakeWaiting();
            }
            long now = System.nanoTime();
            gap += ((now - lastTurn) / Math.max(1, came) - gap) >> MEAN_SHIFT;
            lastTurn = now;
        }
    }

    /** Waits for the next datagram, or in a dense stream for a few. */
    private void awaitMore() throws IOException {
        if (gap < DENSE) {
            LockSupport.parkNanos(this, NAP);
        } else {
            selector.select(key -> {}, IDLE_TURN_MILLIS);
        }
    }

    /** Receives the datagrams that the host handed over before the stop, unless they can wait for the next run. */
    private void takeTheRest() {
        long until = System.nanoTime() + REST.toNanos();
        try {
            while (!socket.inherited() && turn() && System.nanoTime() < until) {
                // There is more.
            }
        } catch (IOException | RuntimeException | InternalError e) {
            restFailed(e);
        }
        try {
            atEnd.run();
            turn();
        } catch (IOException | RuntimeException | InternalError e) {
            restFailed(e);
        }
    }

    private void restFailed(Throwable e) {
        log.warning("Receiving the rest on UDP " + Text.peer(address) + " failed: " + e);
    }

    /**
     * Reads the datagrams that are ready, at most {@link #BURST}; true if there may be more. Reads nothing once the
     * socket was given back: its datagrams are for the next receiver then.
     */
    private boolean receive(ByteBuffer datagram) throws IOException {
        for (int i = 0; i < BURST && !released; i++) {
            datagram.clear();
            if (channel.receive(datagram) == null) {
                return false;
            }
            datagram.flip();
            if (datagram.hasRemaining()) {
                backlog.append(datagram);
            } else {
                empty.incrementAndGet();
            }
        }
        return !released;
    }

    /** False if there was none. */
    private boolean appendNotices() {
        boolean any = false;
        for (Notice notice = notices.poll(); notice != null; notice = notices.poll()) {
            backlog.appendNotice(ByteBuffer.wrap(notice.octets()));
            notice.appended().run();
            any = true;
        }
        return any;
    }

    /** Puts a message of the relay's own into the stream, for every agent. Any thread. */
    void put(Notice notice) {
        notices.add(notice);
        selector.wakeup();
    }

    /** True once the ring's memory cannot be used any more. Any thread. */
    boolean hasLostRing() {
        return ringLost;
    }

    /**
     * Ends {@link #run}, which receives the rest of the socket's datagrams, and gives the port back: to the service
     * manager, if it has handed it over. Any thread; bounded.
     *
     * @param last run on the receiver after the rest; the messages that it {@link #put}s come last of all
     * @return true if nothing will be appended any more
     */
    boolean stop(Runnable last) throws InterruptedException {
        atEnd = last;
        stopped = true;
        selector.wakeup();
        boolean over = ended.await(5 * REST.toMillis(), TimeUnit.MILLISECONDS);
        if (!over) {
            close();
        }
        return over;
    }

    /** Gives the port back at once, for a relay that could not be started after all. Any thread. */
    void abandon() {
        stopped = true;
        close();
    }

    private void close() {
        released = true;
        try {
            socket.close();
            selector.close(); // without this the kernel would still have the socket, and a next receiver two selectors
        } catch (IOException e) {
            log.warning("Closing UDP " + Text.peer(address) + " failed: " + e);
        }
    }

    /** Why nothing can be received just now, as in the log; null if something can. Any thread. */
    String trouble() {
        return trouble;
    }

    /**
     * True if the loop has turned within {@code limit}, receiving or not; when idle, it turns every two seconds. Any
     * thread.
     */
    boolean isTurning(Duration limit) {
        return System.nanoTime() - lastTurn < limit.toNanos();
    }

    /** All datagrams that it has read. Any thread. */
    long received() {
        return backlog.about().count().received() + empty();
    }

    /** Datagrams without a byte, which are not messages. */
    long empty() {
        return empty.get();
    }

    InetSocketAddress address() {
        return address;
    }
}
