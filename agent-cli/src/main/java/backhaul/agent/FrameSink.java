package backhaul.agent;

import backhaul.transport.ControlLine;
import java.io.IOException;

/** Takes what a {@code FrameReader} finds, on the reading thread. Whatever it throws ends the reading. */
interface FrameSink {
    /** One message; the octets are the reader's and valid only during the call. */
    void message(byte[] octets, int offset, int length) throws IOException;

    /** A message that no datagram can carry was passed over. */
    void skipped(long length) throws IOException;

    /** A control line, only in the octet-counted framing. */
    void control(ControlLine line) throws IOException;

    /** All that was received has been handed on; the next read may wait for long. */
    default void drained() throws IOException {}
}
