package backhaul.relay;

import backhaul.transport.ControlLine;
import backhaul.transport.OwnMessage;
import backhaul.transport.Wire;
import java.io.IOException;
import java.io.OutputStream;

/** Writes to one connection in one of the two framings. Everything here runs on that agent's writer. */
interface FrameWriter {
    /** Writes the whole batch, in order. */
    void messages(Batch batch) throws IOException;

    /** Takes the place of the messages that the ring no longer held when it was this agent's turn. */
    void lost(long count) throws IOException;

    /** Writes a control line if the framing has such lines. */
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
     * Lines: each message and one LF. A trailing LF of the message is that LF. An LF inside it becomes {@code #012}, as
     * rsyslog writes it, so that nobody can forge a second message inside the first.
     */
    final class Lines implements FrameWriter {
        private static final byte[] ESCAPED_LF = {'#', '0', '1', '2'};
        private final OutputStream out;
        private final byte[] lines = new byte[Batch.RECORD];
        private int length;
        private int left; // bytes of the current message that are still to come

        Lines(OutputStream out) {
            this.out = out;
        }

        @Override
        public void messages(Batch batch) throws IOException {
            byte[] octets = batch.octets();
            int at = 0;
            while (at < batch.length()) {
                if (left == 0) {
                    while (octets[at] != ' ') {
                        left = left * 10 + octets[at++] - '0';
                    }
                    at++;
                }
                int end = Math.min(batch.length(), at + left);
                left -= end - at;
                line(octets, at, end, left == 0);
                at = end;
            }
            flush();
        }

        /** @param whole whether the message ends there */
        private void line(byte[] octets, int from, int end, boolean whole) throws IOException {
            int to = whole && end > from && octets[end - 1] == '\n' ? end - 1 : end;
            for (int i = from; i < to; i++) {
                if (length > Batch.RECORD - ESCAPED_LF.length) {
                    flush();
                }
                if (octets[i] == '\n') {
                    System.arraycopy(ESCAPED_LF, 0, lines, length, ESCAPED_LF.length);
                    length += ESCAPED_LF.length;
                } else {
                    lines[length++] = octets[i];
                }
            }
            if (length == Batch.RECORD) {
                flush();
            }
            if (whole) {
                lines[length++] = '\n';
            }
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
            line(notice, 0, notice.length, true);
            flush();
        }

        /** A foreign client knows no control lines; only {@link Wire#ALPN} has them. */
        @Override
        public void control(ControlLine line) {}
    }
}
