package backhaul.relay;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes to one agent, at most one TLS record at a time ({@link Batch#RECORD}). Each finished write counts as a sign of
 * life, so a slow agent can be distinguished from one that reads nothing. Used by the agent's writer; housekeeping asks
 * {@link #isStuck}.
 *
 * <p>A blocked write continues only when a third of the kernel's send buffer is free again, so a slow agent's sign of
 * life may be late by that much: see {@link TlsEndpoint}.
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

    /**
     * True if the agent has read nothing for longer than {@code nanos} although there was something to read. Any
     * thread.
     */
    boolean isStuck(long now, long nanos) {
        long begun = since;
        return begun != 0 && now - begun > nanos;
    }
}
