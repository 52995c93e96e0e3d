package backhaul.relay;

import backhaul.transport.Certificates;
import backhaul.transport.Credentials;
import backhaul.transport.OwnMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A relay with its sockets bound and its threads running: what recurs, its stop order, and its numbers. */
final class RunningRelay {
    /** At stop, beyond {@code relay.drain-timeout}: for {@code BYE}, close_notify and the agent's own end. */
    private static final Duration FAREWELL = Duration.ofMillis(450);

    /** At stop, for those that were cut off to say so in the log. */
    private static final Duration LAST_LINES = Duration.ofMillis(100);

    private static final Duration TURN_LIMIT = Duration.ofSeconds(5);

    private final RelayContext context;
    private final Credentials credentials;
    private final UdpReceiver receiver;
    private final TlsListener listener;
    private final DropWatch drops;

    RunningRelay(RelayContext context, Credentials credentials, UdpReceiver receiver, TlsListener listener) {
        this.context = context;
        this.credentials = credentials;
        this.receiver = receiver;
        this.listener = listener;
        this.drops = new DropWatch(receiver.address(), this::say, System.nanoTime());
    }

    /** Where the reader of the log will see it, and in our own. */
    void say(String text) {
        context.log().warning(text);
        receiver.put(OwnMessage.of("backhaul-relay", OwnMessage.Severity.WARNING, "DROPPED", text));
    }

    /** What recurs, several times a second: ends what takes too long. */
    void sweep() {
        long now = System.nanoTime();
        listener.sweep(now);
        context.agents().connected().forEach(agent -> agent.sweep(now));
        drops.sweep(now);
    }

    /**
     * The stop order: stop accepting, stop receiving, let every queue drain for {@code relay.drain-timeout} at most,
     * {@code BYE}, close_notify, close. What is not through by then is cut off.
     */
    void stop() throws InterruptedException {
        listener.stop();
        List<AgentConnection> agents = context.agents().close();
        try {
            receiver.stop();
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
        }
    }

    /** For the log: where it listens and as whom. */
    String describe() {
        return "syslog on UDP " + Text.listening(receiver.address()) + ", agents on TLS "
                + Text.listening(listener.address()) + ", certificate "
                + Certificates.describe(credentials.certificate());
    }

    /** Which loop stands still; for the liveness check. */
    boolean isReceiving() {
        return receiver.isTurning(TURN_LIMIT);
    }

    boolean isAccepting() {
        return listener.isTurning(TURN_LIMIT);
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

    /** Agents that were connected and are not now. */
    List<Departed> departed() {
        return context.agents().departed();
    }

    /** Random id of this run. */
    String stream() {
        return context.stream();
    }

    /** The number of the message that comes next, our own notices counted. */
    long next() {
        return context.backlog().next();
    }

    /** The number of the oldest message in the ring. */
    long oldest() {
        return context.backlog().oldest();
    }

    /** Messages of the ring that are our own notices. */
    long noticed() {
        return receiver.noticed();
    }

    int agents() {
        return context.agents().count();
    }

    /** Messages taken from the host, without our own. */
    long received() {
        return context.backlog().next() - receiver.noticed();
    }

    /** Datagrams that the kernel dropped before we could read them. */
    long dropped() {
        return drops.dropped();
    }

    long empty() {
        return receiver.empty();
    }

    long lost() {
        return context.agents().lost();
    }

    /** How much of the ring waits for the agent that is furthest behind. */
    long queueFillPercent() {
        return context.agents().mostOctetsWaiting() * 100 / context.backlog().size();
    }

    /** Whole days until the relay's certificate, or an issuer shown with it, expires; negative once it has. */
    long certificateDaysLeft() {
        return Math.floorDiv(
                credentials.expires().toEpochMilli() - System.currentTimeMillis(), TimeUnit.DAYS.toMillis(1));
    }

    /** Why no agent could connect now, or null. */
    String problem() {
        return isAccepting()
                ? certificateProblem()
                : "the acceptor on " + Text.peer(listener.address()) + " stands still, the log says why";
    }

    private String certificateProblem() {
        Instant now = Instant.now();
        Instant from = credentials.certificate().getNotBefore().toInstant();
        Instant until = credentials.expires();
        if (now.isBefore(from)) {
            return "relay.tls.cert is valid from " + from + " only: check this machine's clock (it says " + now + ")";
        }
        if (now.isAfter(until)) {
            return "relay.tls.cert expired on " + until + ": no agent accepts it any more, renew it";
        }
        return null;
    }
}
