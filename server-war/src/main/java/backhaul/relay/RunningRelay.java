package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.pki.CredentialsWatch;
import backhaul.relay.status.DisconnectedAgent;
import backhaul.relay.status.Status;
import backhaul.transport.OwnMessage;
import backhaul.transport.SocketTable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A relay with its sockets bound and its threads running: its recurring work, its stop order, and its numbers. */
final class RunningRelay {
    /** At stop, beyond {@code relay.drain-timeout}: for {@code BYE}, close_notify and the agent's own end. */
    private static final Duration FAREWELL = Duration.ofMillis(450);

    /** At stop, for cut connections to log their end. */
    private static final Duration LAST_LINES = Duration.ofMillis(100);

    private final RelayContext context;
    private final RelayLog log;
    private final UdpReceiver receiver;
    private final TlsListener listener;
    private final Ring ring;
    private final DropWatch drops;
    private final RelayWatch watch;
    private final HeapWatch heap;
    private final MemoryReturn memory = MemoryReturn.ofThisJvm();
    private long received; // datagrams, up to the last sweep; housekeeping only
    private boolean idle; // likewise

    RunningRelay(RelayContext context, Ring ring, UdpReceiver receiver, TlsListener listener) {
        this.context = context;
        this.log = context.log();
        this.ring = ring;
        this.receiver = receiver;
        this.listener = listener;
        this.drops = new DropWatch(
                SocketTable.PROC_NET,
                receiver.address(),
                context.backlog().about(),
                (text, appended) -> say("DROPPED", text, appended),
                System.nanoTime());
        this.watch = new RelayWatch(context, ring, receiver, listener, drops);
        this.heap = HeapWatch.ofThisJvm(log);
    }

    /** Reports it in the stream, where the reader of the log sees it, and in our own log; {@code id} is its MSGID. */
    void say(String id, String text) {
        say(id, text, () -> {});
    }

    /** @param appended called on the receiver once it is in the stream */
    void say(String id, String text, Runnable appended) {
        log.warning(text);
        receiver.put(new UdpReceiver.Notice(
                OwnMessage.of("backhaul-relay", OwnMessage.Severity.WARNING, id, text), appended));
    }

    /**
     * Runs every second, every two while it {@link #isIdle}, and more often while {@link #isBusyEnding}: ends whatever takes
     * too long, and reads the counters.
     */
    void sweep() {
        long now = System.nanoTime();
        log.sweep();
        listener.sweep(now);
        List<AgentConnection> agents = context.agents().connected();
        agents.forEach(agent -> agent.sweep(now));
        long before = received;
        received = receiver.received();
        idle = received == before;
        drops.sweep(now, received);
        watch.sweep(now);
        heap.sweep(now);
        memory.sweep(now, agents.size());
    }

    /**
     * Runs every five seconds or so, apart from the sweep because it may wait for a disk: loads changed certificate files,
     * checks the connected agents again, and reports what is about to expire. Returns the time until the next reload.
     */
    Duration reload() {
        TrustWatch trust = context.trust();
        switch (trust.look()) {
            case TAKEN -> {
                // Agents that come from now on meet the new set, and these are checked again: nobody slips through.
                List<AgentConnection> connected = context.agents().connected();
                Trust taken = trust.current();
                log.info("Changed certificate files taken up: "
                        + Certificates.describe(taken.credentials().certificate()) + ", agents "
                        + taken.agents() + ", " + taken.revocations(Instant.now()));
                connected.forEach(AgentConnection::checkAuthorization);
            }
            case REFUSED ->
                log.warning("Changed certificate files refused, the old ones stay in use: " + trust.refusal());
            case NONE -> {
                // As it was, or half-written.
            }
        }
        trust.due(Instant.now()).forEach(sentence -> say("EXPIRY", sentence));
        return trust.isSettling() ? CredentialsWatch.SETTLING : CredentialsWatch.INTERVAL;
    }

    /** Has nothing arrived between the last two sweeps? Housekeeping only. */
    boolean isIdle() {
        return idle;
    }

    /** Is there a handshake or an end of a connection whose time-out would be late with a sweep every two seconds? */
    boolean isBusyEnding() {
        return listener.isShakingHands() || context.agents().isAnyEnding();
    }

    /**
     * The stop order: stop accepting, stop receiving, let every queue drain for {@code relay.drain-timeout} at most,
     * {@code BYE}, close_notify, close. Whatever is not finished by then is cut.
     */
    void stop() throws InterruptedException {
        listener.stop();
        List<AgentConnection> agents = context.agents().close();
        List<DisconnectedAgent> away = context.agents().roll().departed();
        boolean over = false;
        try {
            over = receiver.stop(drops::finish);
            long drainUntil =
                    System.nanoTime() + context.config().drainTimeout().toNanos();
            agents.forEach(agent -> agent.shutdown(drainUntil));
            for (AgentConnection agent : agents) {
                agent.awaitEnd(drainUntil + FAREWELL.toNanos());
            }
        } finally {
            agents.forEach(AgentConnection::cut);
            long end = System.nanoTime() + LAST_LINES.toNanos();
            for (AgentConnection agent : agents) {
                agent.awaitEnd(end);
            }
            if (over) { // else it stays locked until the process ends, as long as somebody may append
                ring.close(!isRingLost(), away, log);
            }
            log.finish();
        }
    }

    /** True if the ring's memory cannot be used any more: the relay needs another one, and so a restart. */
    boolean isRingLost() {
        return receiver.hasLostRing() || ring.isLost();
    }

    /** Where it listens, as whom, and for whom: line by line, for the log. */
    List<String> describe() {
        Status.Identity identity = trust().identity(Instant.now());
        return List.of(
                "Relay started: " + watch.listening() + ", certificate " + identity.certificate(),
                "Own certificate: " + identity.own(),
                "Agents let in: " + identity.agents() + "; " + identity.revocations() + "; CA "
                        + identity.authorities(),
                ring.describe());
    }

    /** Who we are and whom we let in, as of now. */
    Trust trust() {
        return context.trust().current();
    }

    InetSocketAddress udpAddress() {
        return receiver.address();
    }

    InetSocketAddress tlsAddress() {
        return listener.address();
    }

    List<AgentConnection> connected() {
        return context.agents().connected();
    }

    /** Its state now, with every number. */
    Status status() {
        return watch.status();
    }

    /** The watch of its loops, for the liveness check, which asks for nothing that may take long. */
    RelayWatch watch() {
        return watch;
    }

    /** Messages from the host that came since the relay was started. */
    long receivedInRun() {
        return context.backlog().about().count().received() - ring.receivedBefore();
    }
}
