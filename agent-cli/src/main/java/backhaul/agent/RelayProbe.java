package backhaul.agent;

import backhaul.transport.CheckReport;
import backhaul.transport.ControlLine;
import backhaul.transport.DurationText;
import backhaul.transport.Wire;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.UUID;

/**
 * Runs a short session with a relay for a check: is this agent accepted, and does a sign of life come in time? It has
 * its own id, so that it does not replace a running agent, and drops the messages that it gets.
 */
final class RelayProbe implements FrameSink {
    /** Heartbeats that come less often are not waited for. */
    private static final Duration MAX_HEARTBEAT = Duration.ofSeconds(10);

    /** Added to an interval, for the network. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    /** A relay that sends lines sends nothing when it accepts; a refusal takes no longer. */
    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(2);

    /** All is known. */
    private static final class Enough extends IOException {
        Enough() {
            super("enough");
        }
    }

    private final RelaySocket socket;
    private final CheckReport report;
    private final String allowing;
    private final Deadline accepting;
    private Deadline beating; // null until accepted
    private long accepted; // nanoTime

    /** @param accepting the socket is cut when it passes */
    RelayProbe(RelaySocket socket, Deadline accepting, CheckReport report, String allowing) {
        this.socket = socket;
        this.accepting = accepting;
        this.report = report;
        this.allowing = allowing;
    }

    void run() {
        try {
            if (socket.octetCounted()) {
                report.ok("it speaks " + Wire.ALPN);
                socket.say(ControlLine.of(Wire.HELLO, UUID.randomUUID()));
                new FrameReader(socket.in(), this).readOctetCounted();
                report.failed("the relay closed the connection: its log says why");
            } else {
                report.ok("it sends lines (it does not know " + Wire.ALPN
                        + "): no heartbeats, and nothing can be fetched after an outage");
                lines();
            }
        } catch (Enough e) {
            leave();
        } catch (IOException e) {
            report.failed(reason(e));
        } finally {
            if (beating != null) {
                beating.disarm();
            }
        }
    }

    private void lines() throws IOException {
        accepting.disarm(); // the read has a limit of its own
        socket.silenceLimit(REFUSAL_LIMIT);
        try {
            if (socket.in().read() < 0) {
                report.failed("the relay closed the connection: its log says why");
                return;
            }
            report.ok("it accepts this agent, a message has come");
        } catch (SocketTimeoutException e) {
            report.ok("it accepts this agent, as far as can be seen: no refusal within "
                    + DurationText.show(REFUSAL_LIMIT));
        }
        leave();
    }

    @Override
    public void message(byte[] octets, int offset, int length) throws IOException {
        alive();
    }

    @Override
    public void skipped(long length) throws IOException {
        alive();
    }

    @Override
    public void control(ControlLine line) throws IOException {
        switch (line.word()) {
            case Wire.STREAM -> accepted(StreamStart.parse(line));
            case Wire.BYE -> {
                report.failed(RelayWords.bye(line));
                if (RelayWords.notAllowed(line)) {
                    report.detail("add this to relay.tls.allow on the relay: " + allowing);
                }
                throw new Enough();
            }
            default -> alive();
        }
    }

    private void accepted(StreamStart start) throws IOException {
        accepting.disarm();
        accepted = System.nanoTime();
        String every = DurationText.show(start.heartbeat());
        report.ok("it accepts this agent, with a heartbeat every " + every);
        if (start.heartbeat().compareTo(MAX_HEARTBEAT) > 0) {
            report.skipped("a heartbeat every " + every + " is not waited for");
            throw new Enough();
        }
        beating = new Deadline(start.heartbeat().plus(SLACK), socket::cut);
    }

    private void alive() throws IOException {
        if (beating == null) {
            throw new ProtocolException("the relay sent something else before " + Wire.STREAM);
        }
        report.ok("a sign of life came after " + DurationText.show(Duration.ofNanos(System.nanoTime() - accepted)));
        throw new Enough();
    }

    private String reason(IOException failure) {
        if (beating != null && beating.passed()) {
            return "no sign of life came within " + DurationText.show(beating.limit())
                    + ": something on the way holds data back, or the relay hangs";
        }
        if (accepting.passed()) {
            return "the relay sent no " + Wire.STREAM + " within " + DurationText.show(accepting.limit())
                    + ": it hangs, or is no relay";
        }
        return failure instanceof ProtocolException ? failure.getMessage() : RelayCheck.explain(failure, "the relay");
    }

    /** Leaves in good order, so that the relay logs nothing unusual; the caller closes the socket. */
    private void leave() {
        Deadline limit = new Deadline(SLACK, socket::cut);
        try {
            if (socket.octetCounted()) {
                socket.say(ControlLine.of(Wire.BYE, "shutdown", "this was a check"));
            }
            socket.endOutput();
            socket.in().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // All is known.
        } finally {
            limit.disarm();
        }
    }
}
