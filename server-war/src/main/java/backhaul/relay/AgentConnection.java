package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.pki.TlsFailure;
import backhaul.relay.status.DisconnectedAgent;
import backhaul.relay.status.Text;
import backhaul.transport.ControlLine;
import backhaul.transport.OwnMessage;
import backhaul.transport.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Serves one connected agent until its end.
 *
 * <p>DESIGN. Two threads. The <em>writer</em> alone writes: it drains the queue, sends heartbeats, and at the end sends
 * {@code BYE} and close_notify and closes. The <em>reader</em> takes the agent's heartbeats and notices EOF, silence
 * and errors. Any thread may call {@link #end}; the first reason counts and the writer carries it out. Housekeeping
 * calls {@link #sweep}, which closes the plain socket under a stuck write: closing the TLS socket would wait for that
 * write.
 *
 * <p>The writer is a platform thread on every Java. A virtual thread is woken through a scheduler: at 10,000 messages a
 * second that took 125 us from end to end instead of 70 to 95, and twice the CPU time.
 */
final class AgentConnection {
    /** How long a closing connection waits for the agent to close too, so that no reset discards the last words. */
    static final Duration LINGER = Duration.ofMillis(400);

    /**
     * Why the connection ends.
     *
     * @param word the reason of {@code BYE}; null if there is nobody left to tell
     * @param text for the log and the {@code BYE}
     * @param drainUntil nanoTime up to which waiting messages are still sent
     */
    private record Ending(String word, String text, long drainUntil) {
        /** True if the writer's time for its last words is over. */
        boolean isOverdue(long now) {
            return now - drainUntil > LINGER.toNanos() * 2;
        }
    }

    private final RelayContext context;
    private final RelayLog log;
    private final Peer peer;
    private final AgentQueue queue;
    private final long heartbeat; // ns
    private final long connectedAt = System.nanoTime();
    private final Instant since = Instant.now(); // for people; durations come from connectedAt
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final CountDownLatch readerDone = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile PeerPolicy.Authorization authorization; // written under this
    private volatile long lastHeard = System.nanoTime(); // reader only; read by the connection that takes over
    private volatile AgentOutput out; // set once, by the writer before its first byte; null before

    AgentConnection(RelayContext context, Peer peer) {
        this.context = context;
        this.log = context.log();
        this.peer = peer;
        this.authorization = peer.authorization();
        Backlog backlog = context.backlog();
        this.queue = new AgentQueue(
                backlog, peer.hello() == null ? backlog.next() : peer.hello().start(backlog));
        this.heartbeat = context.config().heartbeat().toNanos();
    }

    AgentQueue queue() {
        return queue;
    }

    /** Serves the agent, which is already registered, until its end. Runs on the reader. */
    void serve() {
        try {
            Thread writer = context.loops().newThread(this::write);
            writer.setName("backhaul-writer");
            writer.start();
        } catch (RuntimeException | Error e) {
            end(null, "the relay got no thread for it");
            readerDone.countDown();
            close();
            throw e;
        }
        try {
            read();
        } catch (SocketTimeoutException e) {
            end(null, "nothing heard of it for " + Text.duration(silenceLimit()));
        } catch (ProtocolException e) {
            end("refused", e.getMessage());
            readAndIgnoreUntilCut();
        } catch (IOException e) {
            end(null, TlsFailure.explain(e, TlsFailure.Side.RELAY, peer.name()));
        } finally {
            end(null, "the relay failed at reading from it");
            readerDone.countDown();
        }
    }

    private void readAndIgnoreUntilCut() {
        try {
            // No limit on bytes or TLS work applies here. It lasts until the writer has closed, which does not take
            // long.
            readAndIgnore(peer.plain().rawInput());
        } catch (IOException e) {
            // The writer has said goodbye and closed.
        }
    }

    private Duration silenceLimit() {
        return context.config().heartbeat().multipliedBy(Wire.SILENT_INTERVALS);
    }

    private void read() throws IOException {
        if (peer.octetCounted()) {
            peer.tls().setSoTimeout((int) silenceLimit().toMillis());
            for (ControlLine line = peer.in().next();
                    line != null;
                    line = peer.in().next()) {
                lastHeard = System.nanoTime();
                if (line.word().equals(Wire.BYE)) {
                    end(null, "it said goodbye: " + line.text(0));
                }
            }
        } else {
            readAndIgnore(peer.input());
        }
        end(null, "it closed the connection");
    }

    /** Ignores whatever a line client sends; EOF ends the connection. */
    private static void readAndIgnore(InputStream in) throws IOException {
        byte[] ignored = new byte[1024];
        while (in.read(ignored) >= 0) {
            // It is read so that our own close causes no reset.
        }
    }

    private void write() {
        queue.attach();
        try {
            out = new AgentOutput(peer.tls().getOutputStream());
            FrameWriter frames = peer.octetCounted() ? new FrameWriter.OctetCounted(out) : new FrameWriter.Lines(out);
            log.agent(
                    peer.certificate(),
                    "Agent connected: " + peer.name() + " "
                            + (peer.octetCounted() ? "with " + Wire.ALPN : "for lines") + ", certificate "
                            + Certificates.describe(peer.certificate()));
            frames.control(ControlLine.of(
                    Wire.STREAM,
                    context.backlog().stream(),
                    queue.sequence(),
                    TimeUnit.NANOSECONDS.toMillis(heartbeat),
                    queue.depth()));
            drain(frames);
            Ending why = ending.get();
            if (why.word() != null) {
                frames.control(ControlLine.of(
                        Wire.BYE, why.word(), why.text() + (why.word().equals("shutdown") ? notSent() : "")));
            }
        } catch (IOException e) {
            end(null, TlsFailure.explain(e, TlsFailure.Side.RELAY, peer.name()));
        } catch (RuntimeException | Error e) {
            end(null, "the relay failed at writing to it");
            log.fault("A fault of the relay ended the connection of " + peer.name(), e);
        } finally {
            close();
        }
    }

    /** Sends the messages of the queue, and a heartbeat when there are none, until somebody calls {@link #end}. */
    private void drain(FrameWriter frames) throws IOException {
        Batch batch = new Batch();
        long lastWrite = System.nanoTime();
        long lost = 0;
        while (batch.begun() > 0 || !isOver()) { // nothing else can be sent within a message
            long idle = System.nanoTime() - lastWrite;
            if (!queue.take(batch, ending.get() == null ? Math.max(1, heartbeat - idle) : 1)) {
                end(null, "it took a long message so slowly that the ring had moved on over the rest of it");
                throw new EOFException("the rest of a message is lost");
            }
            if (batch.begun() == 0 && isOver()) {
                return; // an agent that may not stay gets nothing after that was found
            }
            if (!batch.isEmpty()) {
                if (queue.lost() > lost) {
                    frames.lost(queue.lost() - lost);
                    lost = queue.lost();
                }
                frames.messages(batch);
                queue.delivered(batch);
                lastWrite = System.nanoTime();
            } else if (System.nanoTime() - lastWrite >= heartbeat) {
                frames.control(ControlLine.of(Wire.ALIVE));
                lastWrite = System.nanoTime();
            }
        }
    }

    /** A clause with the number of messages that were not sent, for a sentence about its end. */
    private String notSent() {
        return ", " + OwnMessage.messages(queue.depth()) + " not sent";
    }

    private boolean isOver() {
        Ending why = ending.get();
        return why != null
                && (why.drainUntil() == 0 || System.nanoTime() - why.drainUntil() >= 0 || queue.depth() == 0);
    }

    /** Sends close_notify and FIN, then waits a moment for the agent to do the same. Runs on the writer, last. */
    private void close() {
        try {
            peer.tls().shutdownOutput();
            peer.plain().shutdownOutput();
            if (!readerDone.await(LINGER.toMillis(), TimeUnit.MILLISECONDS)) {
                peer.tls().setSoTimeout(0);
            }
        } catch (IOException | RuntimeException e) {
            // The connection is broken already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            cut();
            context.agents().remove(this);
            log.agent(
                    peer.certificate(),
                    "Agent disconnected: " + peer.name() + " after "
                            + Text.duration(Duration.ofNanos(System.nanoTime() - connectedAt)) + ", "
                            + queue.sent()
                            + " messages sent, " + queue.lost() + " lost"
                            + (queue.depth() == 0 ? "" : notSent()) + ": "
                            + ending.get().text());
            done.countDown();
        }
    }

    /** Ends the connection for this reason, unless it is ending already. Any thread; returns at once. */
    private void end(String word, String text) {
        end(new Ending(word, text, System.nanoTime()));
    }

    private void end(Ending why) {
        if (ending.compareAndSet(null, why)) {
            queue.wake();
        }
    }

    /** Ends the connection with {@code BYE shutdown} once the queue is empty or {@code drainUntil} (nanoTime) is past. */
    void shutdown(long drainUntil) {
        end(new Ending("shutdown", "the relay was stopped", drainUntil));
    }

    /** Who it was and why it ended, for the status. Called after its end. */
    DisconnectedAgent departed() {
        return new DisconnectedAgent(
                peer.subject(), peer.address(), Instant.now(), ending.get().text(), queue.sequence());
    }

    Peer peer() {
        return peer;
    }

    Instant since() {
        return since;
    }

    boolean isEnding() {
        return ending.get() != null;
    }

    /** True if both have shown the same certificate, the thing that an administrator revokes. */
    boolean hasSameCertificate(AgentConnection other) {
        return peer.certificate().equals(other.peer.certificate());
    }

    /** Ends the connection because the same agent has connected again. */
    void supersede(AgentConnection newer) {
        String silent = Text.duration(Duration.ofNanos(System.nanoTime() - lastHeard));
        log.agent(
                newer.peer.certificate(),
                "Agent took over: " + newer.peer.name() + " from " + peer.address() + ", which was last heard " + silent
                        + " ago");
        end("superseded", "the same agent connected again from " + newer.peer.address());
    }

    /**
     * Ends the connection if the policy that is in force now does not let its agent stay. Asks only if the policy is
     * not the one asked last, or its authorization is over. Any thread.
     */
    synchronized void checkAuthorization() {
        PeerPolicy policy = context.trust().current().policy();
        if (isEnding() || authorization.by() == policy && !authorization.isOver(Instant.now())) {
            return;
        }
        try {
            authorization = policy.check(peer.chain());
        } catch (PeerRefusedException e) {
            end(e.word(), e.getMessage());
        } catch (RuntimeException | Error e) { // an agent that cannot be checked may not stay
            end("refused", "the relay failed at looking at its certificate");
            log.fault("A fault of the relay ended the connection of " + peer.name(), e);
        }
    }

    /** Waits until the connection has ended, at most until {@code deadline} (nanoTime). */
    boolean awaitEnd(long deadline) throws InterruptedException {
        return done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /**
     * Ends the connection when its authorization is over; cuts it if the agent reads nothing, or its end takes too
     * long. Runs on housekeeping.
     */
    void sweep(long now) {
        checkAuthorization();
        Ending why = ending.get();
        if (why != null && why.isOverdue(now)) {
            cut();
        }
        AgentOutput writing = out;
        Duration limit = context.config().writeTimeout();
        if (writing != null && writing.isStuck(now, limit.toNanos())) {
            end(
                    null,
                    "it took nothing for longer than relay.write-timeout (" + Text.duration(limit)
                            + "), although there was something to read");
            cut();
        }
    }

    /** Ends it at once, whatever its threads are doing: the plain socket does not wait for them. */
    void cut() {
        try {
            peer.plain().close();
        } catch (IOException e) {
            // It is gone, which is what we want.
        }
    }
}
