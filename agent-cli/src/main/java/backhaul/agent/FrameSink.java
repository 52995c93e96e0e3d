package backhaul.agent;

import backhaul.transport.ControlLine;
import java.io.IOException;

/** Takes the frames that a {@code FrameReader} finds, on the reading thread. An exception ends the reading. */
interface FrameSink {
    /** One message; the bytes belong to the reader and are valid only during the call. */
    void message(byte[] octets, int offset, int length) throws IOException;

    /** A message that no datagram can carry was skipped. */
    void skipped(long length) throws IOException;

    /** A control line, only in the octet-counted framing. */
    void control(ControlLine line) throws IOException;

    /** Everything received has been handed on; the next read may wait for long. */
    default void drained() throws IOException {}
}
