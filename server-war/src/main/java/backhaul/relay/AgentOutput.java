package backhaul.relay;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes to one agent, a TLS record at the most each time ({@link Batch#RECORD}), so that an agent which is slow, but takes
 * what it gets, can be told from one that takes nothing: each write that is through counts as a sign of life. Used by the
 * agent's writer; housekeeping asks {@link #isStuck}.
 *
 * <p>A blocked write goes on only when a third of the kernel's send buffer is free again, so the sign of a slow agent may
 * be that much behind: see {@link TlsEndpoint}.
 */
final class AgentOutput extends OutputStream {
    private final OutputStream tls;
    private volatile long since; // nanoTime, or 0 between writes; writer only, read by housekeeping

    AgentOutput(OutputStream tls) {
        this.tls = tls;
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
        since = System.nanoTime() | 1;
        tls.write(octets, from, length);
        since = 0;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    /** True if the agent has taken nothing for longer than {@code nanos}, although there was something. Any thread. */
    boolean isStuck(long now, long nanos) {
        long begun = since;
        return begun != 0 && now - begun > nanos;
    }
}
