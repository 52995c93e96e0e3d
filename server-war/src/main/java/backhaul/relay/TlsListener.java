package backhaul.relay;

import backhaul.relay.host.HeapSpace;
import backhaul.relay.host.OpenFiles;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.ConnectionCounters;
import backhaul.relay.status.Text;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Accepts connections and hands each to a thread of its own, which does the handshake and then serves the agent.
 * Nothing on the accept path waits for a peer. {@link #run} runs on the acceptor thread.
 */
final class TlsListener implements Runnable {
    /** Connections that the kernel holds for us; beyond that, an agent retries only after a second. */
    private static final int BACKLOG = 1024;

    private static final int IDLE_TURN_MILLIS = 2_000;
    private static final long PAUSE_AFTER_ERROR_MILLIS = 100;
    private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ServerSocket server;
    private final RelayContext context;
    private final RelayLog log;
    private final AddressLimit addresses;
    private final Deque<Handshake> handshakes = new ConcurrentLinkedDeque<>(); // oldest first
    private long failures; // in a row; acceptor only
    private long failureSaid; // nanoTime; acceptor only
    private volatile long lastTurn = System.nanoTime(); // acceptor only; read by the liveness check
    private volatile String trouble; // null while there is none; acceptor only; read by the readiness check
    private volatile boolean stopped;

    TlsListener(ServerSocket server, RelayContext context) {
        this.server = server;
        this.context = context;
        this.log = context.log();
        this.addresses = new AddressLimit(context.config().maxPerAddress());
    }

    /** Binds the socket; nobody is accepted before {@link #run}. */
    static ServerSocket bind(InetSocketAddress address) throws IOException {
        ServerSocket server = new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                Socket plain = new AgentSocket();
                implAccept(plain);
                return plain;
            }
        };
        try {
            server.setReuseAddress(true);
            server.setSoTimeout(IDLE_TURN_MILLIS);
            server.bind(address, BACKLOG);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            lastTurn = System.nanoTime();
            try {
                AgentSocket plain = (AgentSocket) server.accept();
                succeeded();
                welcome(plain);
            } catch (SocketTimeoutException e) {
                succeeded(); // there was nobody, but the kernel would have given us one
            } catch (Throwable e) { // whatever it is, the next agent may still be let in
                if (!stopped) {
                    failed(e);
                    pause();
                }
            }
        }
        if (failures > 1) {
            log.warning("Accepting on " + Text.peer(address()) + " failed " + failures + " times up to the stop");
        }
    }

    /** Logs the first of a row of failures, which come several times a second, and then one now and then. */
    private void failed(Throwable e) {
        long now = System.nanoTime();
        String why = OpenFiles.areUsedUp(e)
                ? "this process has no file descriptor left for a connection, raise its limit (LimitNOFILE= of"
                        + " the service, ulimit -n) or lower relay.max-agents"
                : e.toString();
        trouble = "Accepting on " + Text.peer(address()) + " failed, trying again: " + why;
        if (failures++ == 0 || now - failureSaid > REPEAT_NANOS) {
            failureSaid = now;
            log.repeatable(RelayLog.Kind.OWN, trouble);
        }
    }

    private void succeeded() {
        if (failures > 0) {
            log.repeatable(
                    RelayLog.Kind.OWN,
                    "Accepting on " + Text.peer(address()) + " works again after " + failures + " failures");
            failures = 0;
            trouble = null;
        }
    }

    private void welcome(AgentSocket plain) throws IOException {
        context.admissions().accepted();
        AddressLimit.Permit permit = addresses.take(plain.getInetAddress());
        if (permit == null) {
            plain.close();
            context.admissions().refused(ConnectionCounters.Refusal.MAX_PER_ADDRESS);
            log.repeatable(
                    RelayLog.Kind.CROWD,
                    "Connection closed: "
                            + Text.peer((InetSocketAddress) plain.getRemoteSocketAddress()) + ": "
                            + AddressLimit.caller(plain.getInetAddress()) + " has relay.max-per-address ("
                            + context.config().maxPerAddress() + ") connections already");
            return;
        }
        Handshake handshake = new Handshake(context, plain, permit);
        if (handshakes.size() >= context.config().maxHandshakes()) {
            makeRoom();
        }
        handshakes.add(handshake);
        try {
            context.threads().newThread(() -> serve(handshake)).start();
        } catch (Throwable e) {
            handshakes.remove(handshake);
            permit.release();
            plain.close();
            throw e;
        }
        if (stopped) {
            handshake.abandon();
        }
    }

    /**
     * Ends the oldest handshake of the caller that has the most: a caller with a crowd of them pushes out its own.
     * Among equals it is the oldest of all, because an honest one is over within some round trips. One that is just
     * being let in is skipped: it leaves by itself.
     */
    private void makeRoom() {
        Map<String, Long> counts = handshakes.stream()
                .collect(Collectors.groupingBy(handshake -> handshake.permit().caller(), Collectors.counting()));
        List<Handshake> crowdedFirst = new ArrayList<>(handshakes);
        crowdedFirst.sort(Comparator.comparing(
                handshake -> -counts.getOrDefault(handshake.permit().caller(), 0L))); // stable: the oldest first
        for (Handshake crowded : crowdedFirst) {
            if (madeRoom(crowded)) {
                return;
            }
        }
    }

    private boolean madeRoom(Handshake crowded) {
        boolean ended = crowded.end(
                ConnectionCounters.Refusal.MAX_HANDSHAKES,
                "it made room for another, relay.max-handshakes ("
                        + context.config().maxHandshakes() + ") were under way, most of them from "
                        + crowded.permit().caller());
        if (ended) {
            handshakes.remove(crowded);
            crowded.permit().release();
        }
        return ended;
    }

    private void serve(Handshake handshake) {
        Thread.currentThread().setName("backhaul-agent");
        try {
            AgentConnection agent = admit(handshake);
            if (agent != null) {
                agent.serve();
            }
        } catch (RuntimeException | Error e) {
            handshake.cut();
            log.fault("A connection ended by a fault of the relay", e);
        } finally {
            handshake.permit().release();
        }
    }

    /** Does the handshake and finds a place; null if the peer was turned away. */
    private AgentConnection admit(Handshake handshake) {
        try {
            Peer peer = handshake.perform();
            if (peer == null) {
                return null;
            }
            AgentConnection agent = new AgentConnection(context, peer);
            Optional<ConnectionCounters.Refusal> refusal = context.agents().add(agent);
            if (refusal.isEmpty()) {
                context.admissions().admitted();
                agent.checkAuthorization(); // the files may have changed before it was on the list to be checked
                return agent;
            }
            handshake.refuse(peer, refusal.get(), stopped ? "the relay is stopping" : noRoom(refusal.get()));
            return null;
        } finally {
            handshakes.remove(handshake);
        }
    }

    private String noRoom(ConnectionCounters.Refusal refusal) {
        RelayConfig config = context.config();
        return switch (refusal) {
            case MAX_PER_CERTIFICATE ->
                "relay.max-per-certificate (" + config.maxPerCertificate() + ") are connected with this certificate";
            case HEAP -> HeapSpace.full(HeapSpace.limit());
            default -> "relay.max-agents (" + config.maxAgents() + ") are connected";
        };
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_ERROR_MILLIS);
        } catch (InterruptedException e) {
            // Only stop() ends the loop.
        }
    }

    /** Cuts off handshakes that take too long. Runs on housekeeping. */
    void sweep(long now) {
        handshakes.forEach(handshake -> handshake.sweep(now));
    }

    /** Ends {@link #run}, gives the port back and cuts the handshakes. Any thread. */
    void stop() {
        stopped = true;
        try {
            server.close();
        } catch (IOException e) {
            log.warning("Closing TLS " + Text.peer(address()) + " failed: " + e);
        }
        handshakes.forEach(Handshake::abandon);
    }

    /** Is a handshake under way? Any thread. */
    boolean isShakingHands() {
        return !handshakes.isEmpty();
    }

    /** How many handshakes are under way. Any thread. */
    int underway() {
        return handshakes.size();
    }

    /** Why nobody can be accepted just now, as in the log; null if somebody can. Any thread. */
    String trouble() {
        return trouble;
    }

    /**
     * True if the loop has turned within {@code limit}, accepting or not; when idle, it turns every two seconds. Any
     * thread.
     */
    boolean isTurning(Duration limit) {
        return System.nanoTime() - lastTurn < limit.toNanos();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }
}
