package backhaul.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Asks the kernel about a TCP connection of this machine: how many bytes written to it the peer has not acknowledged, and
 * whether the peer answers at all (proc(5), {@code /proc/net/tcp} and {@code tcp6}). Java has no socket option for either.
 * A look costs up to a millisecond: the kernel walks through its hash table.
 *
 * <p>For one thread at a time.
 */
public final class SendQueue implements Closeable {
    private final KernelTable tcp;
    private final byte[][] local; // in the forms that it can have
    private final byte[][] remote; // in the same forms

    // From the last look.
    private boolean found;
    private long octets;
    private long unanswered;

    private SendQueue(KernelTable tcp, byte[][] local, byte[][] remote) {
        this.tcp = tcp;
        this.local = local;
        this.remote = remote;
    }

    /**
     * Opens the tables.
     *
     * @throws IOException if this kernel has none
     */
    public static SendQueue open(Path directory, InetSocketAddress local, InetSocketAddress remote) throws IOException {
        return new SendQueue(
                KernelTable.open(directory, "tcp", remote.getAddress()),
                KernelTable.endpoints(local),
                KernelTable.endpoints(remote));
    }

    /** Looks; false if the connection no longer exists, or the tables cannot be read. */
    public boolean look() {
        found = false;
        try {
            tcp.scan(this::line);
        } catch (IOException e) {
            return false;
        }
        return found;
    }

    /** Bytes written and not acknowledged, including those not yet sent. */
    public long octets() {
        return octets;
    }

    /** How often in a row our kernel has retransmitted, or probed for window space, without any answer. */
    public long unanswered() {
        return unanswered;
    }

    @Override
    public void close() {
        tcp.close();
    }

    private boolean line(byte[] line, int begin, int end) {
        if (!has(line, KernelTable.field(line, begin, end, KernelTable.LOCAL), end, local)
                || !has(line, KernelTable.field(line, begin, end, KernelTable.REMOTE), end, remote)) {
            return false;
        }
        found = true;
        octets = number(line, begin, end, KernelTable.QUEUES, 16);
        unanswered = number(line, begin, end, KernelTable.RETRANSMITS, 16)
                + number(line, begin, end, KernelTable.PROBES, 10);
        return true;
    }

    private static boolean has(byte[] line, int field, int end, byte[][] endpoints) {
        return KernelTable.which(endpoints, line, field, end) < endpoints.length;
    }

    private static long number(byte[] line, int begin, int end, int field, int radix) {
        return KernelTable.number(line, KernelTable.field(line, begin, end, field), end, radix);
    }
}
