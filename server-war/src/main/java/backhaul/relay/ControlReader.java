package backhaul.relay;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/** Reads the control lines that an agent sends, each bounded. Runs on the agent's reader. */
final class ControlReader {
    private final InputStream in;
    private final byte[] octets = new byte[Wire.MAX_CONTROL];
    private int from;
    private int to;

    ControlReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next line, or null at the end of the stream.
     *
     * @throws ProtocolException if the input is not a control line
     * @throws EOFException if the stream ends within a line
     */
    ControlLine next() throws IOException {
        int scanned = from;
        while (true) {
            for (; scanned < to; scanned++) {
                if (octets[scanned] == '\n') {
                    ControlLine line = parse(from, scanned - from);
                    from = scanned + 1;
                    return line;
                }
            }
            if (from > 0) {
                System.arraycopy(octets, from, octets, 0, to - from);
                to -= from;
                scanned -= from;
                from = 0;
            }
            if (to == octets.length) {
                throw new ProtocolException(
                        "a control line has at most " + Wire.MAX_CONTROL + " octets, this is longer");
            }
            int read = in.read(octets, to, octets.length - to);
            if (read < 0) {
                if (to > 0) {
                    throw new EOFException("the stream ended within a control line");
                }
                return null;
            }
            to += read;
        }
    }

    private ControlLine parse(int at, int length) throws ProtocolException {
        try {
            return ControlLine.parse(octets, at, length);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(e.getMessage());
        }
    }
}
