package backhaul.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Accepts connections and hands each to a thread of its own, which shakes hands and then serves the agent. Nothing on
 * the accept path waits for a peer. {@link #run} runs on the acceptor thread.
 */
final class TlsListener implements Runnable {
    private static final int BACKLOG = 128;
    private static final int IDLE_TURN_MILLIS = 1_000;
    private static final long PAUSE_AFTER_ERROR_MILLIS = 100;

    private final ServerSocket server;
    private final RelayContext context;
    private final Deque<Handshake> handshakes = new ConcurrentLinkedDeque<>(); // oldest first
    private volatile long lastTurn = System.nanoTime(); // acceptor only; read by the liveness check
    private volatile boolean stopped;

    TlsListener(ServerSocket server, RelayContext context) {
        this.server = server;
        this.context = context;
    }

    /** Binds the socket; nobody is accepted before {@link #run}. */
    static ServerSocket bind(InetSocketAddress address) throws IOException {
        ServerSocket server = new ServerSocket();
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
            try {
                Socket plain = server.accept();
                lastTurn = System.nanoTime();
                welcome(plain);
            } catch (SocketTimeoutException e) {
                lastTurn = System.nanoTime();
            } catch (Throwable e) { // whatever it is, the next agent may still be let in
                if (!stopped) {
                    context.log()
                            .repeatable(
                                    RelayLog.Kind.OWN,
                                    "Accepting on " + Text.peer(address()) + " failed, trying again: " + e);
                    pause();
                }
            }
        }
    }

    private void welcome(Socket plain) throws IOException {
        Handshake handshake = new Handshake(context, plain);
        if (handshakes.size() >= context.config().maxHandshakes()) {
            // An honest one is over within some round trips, so the oldest is the least likely to be one.
            Handshake oldest = handshakes.peekFirst();
            if (oldest != null) {
                handshakes.remove(oldest);
                oldest.end("it made room for another, relay.max-handshakes ("
                        + context.config().maxHandshakes() + ") were under way");
            }
        }
        handshakes.add(handshake);
        try {
            context.threads().newThread(() -> serve(handshake)).start();
        } catch (Throwable e) {
            handshakes.remove(handshake);
            plain.close();
            throw e;
        }
        if (stopped) {
            handshake.cut();
        }
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
            context.log().fault("A connection ended by a fault of the relay", e);
        }
    }

    /** Shakes hands and finds a place; null if the peer was turned away. */
    private AgentConnection admit(Handshake handshake) {
        try {
            Peer peer = handshake.perform();
            if (peer == null) {
                return null;
            }
            AgentConnection agent = new AgentConnection(context, peer);
            if (context.agents().add(agent)) {
                agent.checkLeave(); // the files may have changed before it was seen among those to be asked again
                return agent;
            }
            handshake.refuse(
                    peer,
                    stopped
                            ? "the relay is stopping"
                            : "relay.max-agents (" + context.config().maxAgents() + ") are connected");
            return null;
        } finally {
            handshakes.remove(handshake);
        }
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

    /** Ends {@link #run}, gives the port back and cuts handshakes off. Any thread. */
    void stop() {
        stopped = true;
        try {
            server.close();
        } catch (IOException e) {
            context.log().warning("Closing TLS " + Text.peer(address()) + " failed: " + e);
        }
        handshakes.forEach(Handshake::cut);
    }

    /** True if the loop has gone round within {@code limit}; idle, it does so each second. */
    boolean isTurning(Duration limit) {
        return System.nanoTime() - lastTurn < limit.toNanos();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }
}
