package backhaul.relay;

import backhaul.transport.EmptyRecords;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;

/**
 * An accepted socket that remembers whether its stream has ended. The JDK's TLS takes a FIN for a close_notify; but that
 * one anybody on the way can forge, and a dying peer's kernel sends it too. After a close_notify it reads no further, so
 * whoever sees the end of TLS and of this was cut off.
 *
 * <p>Reads fail for a peer that floods the connection with TLS records that bring no data: nothing above TLS sees those, and
 * so no other bound is one for them.
 */
final class AgentSocket extends Socket {
    /** What was wrong with a peer that {@link #hasFlooded}. */
    static final String FLOODED = "it sent over " + EmptyRecords.AT_ONCE
            + " TLS records that bring no data, such as key updates, or many in one";

    private final EmptyRecords records = new EmptyRecords(); // whoever reads
    private volatile boolean ended; // whoever reads; read after the end by the agent's reader
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
                    throw new InterruptedIOException(FLOODED); // TLS passes that one on, and can still say goodbye
                }
                return read;
            }
        };
    }

    /** What the peer sends, as it comes from the network; for whoever is done with TLS. */
    InputStream rawInput() throws IOException {
        return super.getInputStream();
    }

    /** The handshake is over. Whoever reads. */
    void secured() {
        records.secured();
    }

    /** TLS has handed over data. Whoever reads. */
    void delivered() {
        records.delivered();
    }

    /** True if the peer's FIN was read. */
    boolean hasEnded() {
        return ended;
    }

    /** True if a read has failed for too many records without data. */
    boolean hasFlooded() {
        return flooded;
    }
}
