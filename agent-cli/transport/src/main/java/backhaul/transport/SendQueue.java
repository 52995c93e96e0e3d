package backhaul.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * What the kernel tells about a TCP connection of this machine: the octets written to it that the peer has not
 * acknowledged, and whether the peer answers at all (proc(5), {@code /proc/net/tcp} and {@code tcp6}). Java has no option
 * of the socket for either. A look costs up to a millisecond: the kernel walks through its hash table.
 *
 * <p>For one thread at a time.
 */
public final class SendQueue implements Closeable {
    private final KernelTable tcp; // null if the connection cannot be there
    private final KernelTable tcp6; // null if this machine knows no IPv6
    private final byte[][] local; // as in tcp, as in tcp6
    private final byte[][] remote; // likewise

    // Of the last look.
    private boolean found;
    private long octets;
    private long unanswered;

    private SendQueue(KernelTable tcp, KernelTable tcp6, byte[][] local, byte[][] remote) {
        this.tcp = tcp;
        this.tcp6 = tcp6;
        this.local = local;
        this.remote = remote;
    }

    /**
     * Opens the tables.
     *
     * @throws IOException if this kernel has none
     */
    public static SendQueue open(Path directory, InetSocketAddress local, InetSocketAddress remote) throws IOException {
        // A socket of IPv6 that has connected by IPv4 is in the other table.
        KernelTable tcp =
                remote.getAddress() instanceof Inet4Address ? KernelTable.open(directory.resolve("tcp")) : null;
        KernelTable tcp6 = tcp == null
                ? KernelTable.open(directory.resolve("tcp6"))
                : KernelTable.openIfThere(directory.resolve("tcp6"));
        return new SendQueue(tcp, tcp6, endpoints(local), endpoints(remote));
    }

    /** Looks; false if there is no such connection any more, or the tables cannot be read. */
    public boolean look() {
        found = false;
        try {
            scan(tcp, 0);
            scan(tcp6, 1);
        } catch (IOException e) {
            return false;
        }
        return found;
    }

    /** Octets written and not acknowledged, those not yet sent included. */
    public long octets() {
        return octets;
    }

    /** How often in a row our kernel has repeated something, or asked for room, without any answer. */
    public long unanswered() {
        return unanswered;
    }

    @Override
    public void close() {
        if (tcp != null) {
            tcp.close();
        }
        if (tcp6 != null) {
            tcp6.close();
        }
    }

    private void scan(KernelTable table, int family) throws IOException {
        if (table != null && !found) {
            table.scan((line, begin, end) -> line(line, begin, end, family));
        }
    }

    private void line(byte[] line, int begin, int end, int family) {
        if (KernelTable.startsWith(line, KernelTable.field(line, begin, end, KernelTable.LOCAL), end, local[family])
                && KernelTable.startsWith(
                        line, KernelTable.field(line, begin, end, KernelTable.REMOTE), end, remote[family])) {
            found = true;
            octets = number(line, begin, end, KernelTable.QUEUES, 16);
            unanswered = number(line, begin, end, KernelTable.RETRANSMITS, 16)
                    + number(line, begin, end, KernelTable.PROBES, 10);
        }
    }

    private static long number(byte[] line, int begin, int end, int field, int radix) {
        return KernelTable.number(line, KernelTable.field(line, begin, end, field), end, radix);
    }

    private static byte[][] endpoints(InetSocketAddress socket) {
        return new byte[][] {
            KernelTable.endpoint(KernelTable.words(socket.getAddress().getAddress()), socket.getPort()),
            KernelTable.endpoint(KernelTable.words6(socket.getAddress()), socket.getPort())
        };
    }
}
