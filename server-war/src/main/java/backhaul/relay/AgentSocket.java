package backhaul.relay;

import backhaul.transport.EmptyRecords;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;

/**
 * An accepted socket that remembers whether its stream has ended. The JDK's TLS treats a FIN like a close_notify, but
 * anybody on the path can forge a FIN, and a dying peer's kernel sends one too. TLS reads no further after a
 * close_notify, so if both TLS and this stream have ended, the connection was cut.
 *
 * <p>Reads fail for a peer that floods the connection with TLS records without data: nothing above TLS sees those, so
 * no other limit applies to them.
 */
final class AgentSocket extends Socket {
    /** The fault of a peer that {@link #hasFlooded}. */
    static final String FLOODED = "it sent over " + EmptyRecords.AT_ONCE
            + " TLS records that bring no data, such as key updates, or many in one";

    private final EmptyRecords records = new EmptyRecords(); // reading thread only
    private volatile boolean ended; // written by the reading thread; read after the end by the agent's reader
    private volatile boolean flooded; // likewise

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] octet = new byte[1];
                return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
            }

            @Override
            public int read(byte[] octets, int from, int length) throws IOException {
                int read = super.read(octets, from, length);
                if (read < 0) {
                    ended = true;
                } else if (!records.received(octets, from, read)) {
                    flooded = true;
                    throw new InterruptedIOException(FLOODED); // TLS passes this type on, and can still say goodbye
                }
                return read;
            }
        };
    }

    /** The peer's bytes as they come from the network, for a caller that is done with TLS. */
    InputStream rawInput() throws IOException {
        return super.getInputStream();
    }

    /** The handshake is over. Reading thread only. */
    void secured() {
        records.secured();
    }

    /** TLS has delivered data. Reading thread only. */
    void delivered() {
        records.delivered();
    }

    /** True if the peer's FIN was read. */
    boolean hasEnded() {
        return ended;
    }

    /** True if a read has failed because of too many records without data. */
    boolean hasFlooded() {
        return flooded;
    }
}
