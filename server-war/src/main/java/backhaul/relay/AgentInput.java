package backhaul.relay;

import backhaul.transport.TokenBucket;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.concurrent.TimeUnit;

/**
 * Limits the bytes that an agent sends: an agent has only heartbeats to send, and a line client nothing. EOF is an
 * orderly end only after close_notify. Used by the handshake's thread, then by the agent's reader, which are the same
 * thread.
 */
final class AgentInput extends FilterInputStream {
    /** Bytes at once; a heartbeat has 6. */
    private static final int BURST = 64 * 1024;

    private static final int PER_SECOND = 1024;

    private final AgentSocket plain;
    private final TokenBucket allowance = new TokenBucket(BURST, (double) TimeUnit.SECONDS.toNanos(1) / PER_SECOND);

    AgentInput(InputStream tls, AgentSocket plain) {
        super(tls);
        this.plain = plain;
    }

    /**
     * Reads like any stream.
     *
     * @throws ProtocolException if the agent has sent more than it may
     * @throws EOFException if the connection has ended without close_notify
     */
    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
        int read = readTls(octets, from, length);
        if (read < 0 && plain.hasEnded()) {
            throw new EOFException("no close_notify");
        }
        plain.delivered();
        if (read > 0 && !allowance.take(read)) {
            throw new ProtocolException("it sends too much, an agent may send " + BURST / 1024 + " KiB at once and "
                    + PER_SECOND / 1024 + " KiB a second");
        }
        return read;
    }

    private int readTls(byte[] octets, int from, int length) throws IOException {
        try {
            return super.read(octets, from, length);
        } catch (IOException e) {
            if (plain.hasFlooded()) {
                throw (IOException) new ProtocolException(AgentSocket.FLOODED).initCause(e);
            }
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
    }
}
