package backhaul.relay;

import backhaul.transport.ControlLine;
import backhaul.transport.OwnMessage;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.OutputStream;

/** One of the two framings, towards one connection. Everything here runs on that agent's writer. */
interface FrameWriter {
    /** All messages of the batch, in order. */
    void messages(Batch batch) throws IOException;

    /** In the place of the messages that the ring no longer held when it was this agent's turn. */
    void lost(long count) throws IOException;

    /** A control line, where the framing has such a thing. */
    void control(ControlLine line) throws IOException;

    /** {@code syslog-relay/1}: the ring holds the messages as they go out, so a batch is one write. */
    final class OctetCounted implements FrameWriter {
        private final OutputStream out;

        OctetCounted(OutputStream out) {
            this.out = out;
        }

        @Override
        public void messages(Batch batch) throws IOException {
            out.write(batch.octets(), 0, batch.length());
        }

        @Override
        public void lost(long count) throws IOException {
            control(ControlLine.of(Wire.LOST, count, "overrun"));
        }

        @Override
        public void control(ControlLine line) throws IOException {
            out.write(line.octets());
        }
    }

    /**
     * Lines: each message and one LF. A trailing LF of the message is that LF; one inside becomes {@code #012}, as
     * rsyslog writes it, so that nobody can forge a second message inside the first.
     */
    final class Lines implements FrameWriter {
        private static final byte[] ESCAPED_LF = {'#', '0', '1', '2'};
        private static final int CAPACITY = 64 * 1024;

        private final OutputStream out;
        private final byte[] lines = new byte[CAPACITY];
        private int length;

        Lines(OutputStream out) {
            this.out = out;
        }

        @Override
        public void messages(Batch batch) throws IOException {
            byte[] octets = batch.octets();
            int at = 0;
            while (at < batch.length()) {
                int messageLength = 0;
                while (octets[at] != ' ') {
                    messageLength = messageLength * 10 + octets[at++] - '0';
                }
                at++;
                line(octets, at, at + messageLength);
                at += messageLength;
            }
            flush();
        }

        private void line(byte[] octets, int from, int end) throws IOException {
            int to = end > from && octets[end - 1] == '\n' ? end - 1 : end;
            for (int i = from; i < to; i++) {
                if (length > CAPACITY - ESCAPED_LF.length) {
                    flush();
                }
                if (octets[i] == '\n') {
                    System.arraycopy(ESCAPED_LF, 0, lines, length, ESCAPED_LF.length);
                    length += ESCAPED_LF.length;
                } else {
                    lines[length++] = octets[i];
                }
            }
            if (length == CAPACITY) {
                flush();
            }
            lines[length++] = '\n';
        }

        private void flush() throws IOException {
            int written = length;
            length = 0;
            out.write(lines, 0, written);
        }

        @Override
        public void lost(long count) throws IOException {
            byte[] notice = OwnMessage.of(
                    "backhaul-relay",
                    OwnMessage.Severity.WARNING,
                    Wire.LOST,
                    OwnMessage.messages(count)
                            + " lost: the relay's backlog overflowed while this client read too slowly");
            line(notice, 0, notice.length);
            flush();
        }

        /** A foreign client knows no control lines; only {@link Wire#ALPN} has them. */
        @Override
        public void control(ControlLine line) {}
    }
}
