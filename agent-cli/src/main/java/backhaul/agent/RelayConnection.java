package backhaul.agent;

import backhaul.pki.TlsFailure;
import backhaul.transport.ControlLine;
import backhaul.transport.DurationText;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;

/**
 * One session with a relay over a connected socket: frames in, heartbeats out.
 *
 * <p>DESIGN. The reader is the thread that calls {@link #serve}; it hands messages to the collector and may be held
 * there. The writer is its own thread ({@link RelayWriter}). The stopping thread calls {@link #farewell}. The relay has
 * accepted this agent only once it has spoken: in TLS 1.3 a refused client sees its handshake succeed, and learns of
 * the refusal from its first read.
 */
final class RelayConnection implements FrameSink {
    /** For the relay to read a farewell and close its side, and for close_notify at any other end. */
    private static final Duration GRACE = Duration.ofMillis(700);

    private final RelaySocket socket;
    private final Deadline deadline;
    private final String identity;
    private final Handover handover;
    private final PendingNotices notices;
    private final Progress progress;
    private final RelayLog log;
    private final boolean octetCounted;
    private final RelayWriter writer;
    private final Thread writing;
    private final Moment begin = Moment.now();
    private volatile boolean leaving; // written by farewell

    // Confined to the reader.
    private StreamStart stream; // null until the relay has sent it
    private FrameReader frames;
    private boolean accepted;
    private Duration silence = Progress.FOR_EVER; // after which a read fails
    private boolean collectorAway;
    private boolean notAllowed;
    private boolean stopping; // the relay is
    private boolean again; // the stream must begin earlier
    private final long messagesBefore;
    private final long lostBefore;

    /**
     * @param deadline of the attempt, disarmed here when the relay has accepted
     * @param instance random id of this installation
     * @param identity subject of our certificate, for the log
     * @param handover takes the messages, and knows where the last connection ended
     * @param notices the notices to report beside the stream
     * @param progress gets the limit of each read
     */
    RelayConnection(
            RelaySocket socket,
            Deadline deadline,
            String instance,
            String identity,
            Handover handover,
            PendingNotices notices,
            Progress progress,
            RelayLog log) {
        this.socket = socket;
        this.deadline = deadline;
        this.identity = identity;
        this.handover = handover;
        this.messagesBefore = handover.messages();
        this.lostBefore = handover.lost();
        this.notices = notices;
        this.progress = progress;
        this.log = log;
        this.octetCounted = socket.octetCounted();
        this.writer = new RelayWriter(socket, octetCounted ? handover.hello(instance) : null);
        this.writing = new Thread(writer, "writer-" + Thread.currentThread().getName());
        this.writing.setDaemon(true);
    }

    /** Serves until the connection ends, and returns how. */
    Outcome serve() {
        writing.start(); // not before the stopping thread can find this connection: HELLO is always followed by BYE
        String reason;
        try {
            frames = new FrameReader(socket.in(), this);
            if (octetCounted) {
                frames.readOctetCounted();
            } else {
                handover.beginLines();
                accept("in lines, without heartbeats (the relay knows no " + Wire.ALPN + ")");
                frames.readLines();
            }
            reason = "the relay closed the connection";
        } catch (CollectorAwayException e) {
            reason = e.getMessage();
            collectorAway = true;
        } catch (IOException | RuntimeException e) {
            reason = reason(e);
        }
        Moment end = Moment.now();
        if (collectorAway) {
            leave(ControlLine.of(Wire.BYE, "collector", reason));
        } else if (again) {
            leave(ControlLine.of(Wire.BYE, "shutdown", reason));
            close();
            return Outcome.again(begin.until(end));
        }
        long toCatchUp = handover.counters().toCatchUp();
        handover.counters().disconnected();
        close();
        Duration lived = begin.until(end);
        boolean spoke = octetCounted ? accepted : frames != null && frames.received() > 0;
        if (spoke && !leaving) {
            handover.broken(collectorAway ? end : frames.silentSince(), reason, toCatchUp);
        }
        Outcome outcome = accepted
                ? Outcome.disconnected(
                        spoke, lived, handover.messages() - messagesBefore, handover.lost() - lostBefore, reason)
                : Outcome.failed(reason);
        return socket.addressGone() != null
                ? outcome.then(Outcome.Next.AT_ONCE)
                : stopping ? outcome.then(Outcome.Next.SOON) : outcome;
    }

    /** Did it end because the collector takes no messages? */
    boolean collectorAway() {
        return collectorAway;
    }

    /** Did the relay disconnect because this agent is not on its list? */
    boolean notAllowed() {
        return notAllowed;
    }

    /** Says goodbye to the relay; the reader ends soon after. Any thread, at any time. */
    void farewell() {
        leaving = true;
        new Deadline(GRACE, socket::cut);
        writer.finish(octetCounted ? ControlLine.of(Wire.BYE, "shutdown", "the agent is stopping") : null);
    }

    @Override
    public void message(byte[] octets, int offset, int length) throws IOException {
        requireStream("a message");
        handover.message(octets, offset, length);
    }

    @Override
    public void skipped(long length) throws IOException {
        requireStream("a message");
        handover.skipped(length);
    }

    @Override
    public void control(ControlLine line) throws IOException {
        switch (line.word()) {
            case Wire.STREAM -> start(StreamStart.parse(line));
            case Wire.LOST -> lost(line);
            case Wire.BYE -> {
                notAllowed = RelayWords.notAllowed(line);
                if (line.argument(0).equals("shutdown")) {
                    stopping = true;
                    handover.stopped(line);
                }
                throw new ConnectionEnd(RelayWords.bye(line));
            }
            case Wire.ALIVE -> idle();
            default -> {
                // Unknown words are for later versions.
            }
        }
    }

    @Override
    public void drained() throws IOException {
        if (accepted) {
            notices.tell(handover);
            handover.tellSilence(null);
        }
        handover.flush();
        if (accepted) {
            progress.within(silence);
        }
    }

    /** Says goodbye and lets the relay close its side, so that no reset overtakes the last line. */
    private void leave(ControlLine bye) {
        Deadline grace = new Deadline(GRACE, socket::cut);
        writer.finish(octetCounted ? bye : null);
        try {
            socket.in().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // It is over either way.
        } finally {
            grace.disarm();
        }
    }

    private void start(StreamStart start) throws IOException {
        if (stream != null) {
            throw new ProtocolException("the relay sent " + Wire.STREAM + " twice");
        }
        if (handover.reachesBack(start)) {
            again = true;
            throw new ConnectionEnd("this agent asks for earlier messages");
        }
        stream = start;
        silence = start.heartbeat().multipliedBy(Wire.SILENT_INTERVALS);
        socket.silenceLimit(silence);
        frames.quiet(silence);
        writer.beat(start.heartbeat());
        handover.begin(start);
        accept("with a heartbeat every " + DurationText.show(start.heartbeat()));
    }

    private void lost(ControlLine line) throws IOException {
        requireStream(Wire.LOST);
        handover.lost(RelayWords.lost(line, handover.next()), line.text(1));
    }

    private void requireStream(String what) throws ProtocolException {
        if (octetCounted && stream == null) {
            throw new ProtocolException("the relay sent " + what + " before " + Wire.STREAM);
        }
    }

    private void idle() throws IOException {
        if (stream != null) {
            handover.idle();
        }
    }

    private void accept(String how) {
        deadline.disarm();
        accepted = true;
        handover.counters().connected(Instant.now(), stream == null ? 0 : stream.waiting());
        log.connected(socket.address(), "as " + identity + ", " + how);
    }

    private String reason(Exception failure) {
        if (failure instanceof ConnectionEnd || failure instanceof ProtocolException) {
            return failure.getMessage();
        }
        if (failure instanceof RuntimeException) {
            log.error("A mistake in the agent ended the connection", failure);
            return "a mistake in the agent";
        }
        if (socket.addressGone() != null) {
            return socket.addressGone();
        }
        if (socket.trustGone() != null) {
            return socket.trustGone();
        }
        if (socket.flood() != null) {
            return socket.flood();
        }
        if (deadline.passed()) {
            return "the TLS handshake is done, but the relay sent no " + Wire.STREAM + " within "
                    + DurationText.show(deadline.limit());
        }
        if (failure instanceof SocketTimeoutException && stream != null) {
            return "nothing came from the relay for " + DurationText.show(silence)
                    + ": the path is dead, or the relay is";
        }
        if (String.valueOf(failure.getMessage()).startsWith("Remote host terminated")) {
            // The JDK's message for an end of TCP without close_notify.
            return "the relay closed the connection without notice: it was stopped, or something on the path cut the connection";
        }
        return TlsFailure.explain(failure, TlsFailure.Side.AGENT, "the relay");
    }

    /** Closes both directions; bounded. */
    private void close() {
        deadline.disarm();
        writer.finish(null);
        try {
            writing.join(GRACE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.cut();
    }
}
