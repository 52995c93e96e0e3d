package backhaul.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;

/**
 * Asks the kernel about the UDP socket that receives at an address of this machine: how full its queue is, and how many
 * datagrams were dropped because it was full (proc(5), {@code /proc/net/udp} and {@code udp6}). A look costs 20..40 us,
 * most of it for the kernel's walk through its hash table.
 *
 * <p>For one thread at a time.
 */
public final class SocketTable implements Closeable {
    /** The folder of the kernel's tables. */
    public static final Path PROC_NET = Path.of("/proc/net");

    /** The local addresses that a line can have, the most specific first. */
    private final byte[][] candidates;

    private final KernelTable udp;
    private final KernelTable.Lines lines = this::line;

    // From the last look.
    private int best; // index of the candidate found
    private long inode;
    private long queued;
    private long drops;

    private SocketTable(KernelTable udp, byte[][] candidates) {
        this.udp = udp;
        this.candidates = candidates;
    }

    /** Is this an address of this machine, so that our kernel has the socket that receives there? */
    public static boolean isHere(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * Opens the tables.
     *
     * @throws IOException if this kernel has none
     */
    public static SocketTable open(Path directory, InetSocketAddress receiver) throws IOException {
        return new SocketTable(
                KernelTable.open(directory, "udp", receiver.getAddress()), KernelTable.endpoints(receiver));
    }

    /** The forms in which the tables can show the address, without port, of a socket that receives at this one. */
    public static List<String> forms(InetAddress address) {
        return KernelTable.forms(address);
    }

    /** Looks; false if no socket receives there, or the tables cannot be read. */
    public boolean look() {
        best = candidates.length;
        queued = 0;
        drops = 0;
        try {
            udp.scan(lines);
        } catch (IOException e) {
            return false;
        }
        return best < candidates.length;
    }

    /** Bytes in the queue with the kernel's overhead (truesize); of several sockets, the fullest. */
    public long queued() {
        return queued;
    }

    /** Datagrams dropped since the socket was opened. */
    public long drops() {
        return drops;
    }

    /** Identifies the socket; another one means that the receiver was restarted. */
    public long inode() {
        return inode;
    }

    @Override
    public void close() {
        udp.close();
    }

    private boolean line(byte[] octets, int begin, int end) {
        int local = KernelTable.field(octets, begin, end, KernelTable.LOCAL);
        int match = KernelTable.which(candidates, octets, local, end);
        if (match > best || match == candidates.length || connected(octets, begin, end)) {
            return false;
        }
        int queues = KernelTable.field(octets, begin, end, KernelTable.QUEUES);
        long fill = KernelTable.number(octets, KernelTable.after(octets, queues, end), end, 16);
        long dropped = KernelTable.number(octets, KernelTable.field(octets, begin, end, KernelTable.DROPS), end, 10);
        long node = KernelTable.number(octets, KernelTable.field(octets, begin, end, KernelTable.INODE), end, 10);
        if (match < best) {
            best = match;
            queued = fill;
            drops = dropped;
            inode = node;
        } else {
            // Several sockets share the port (SO_REUSEPORT), and the kernel chooses one.
            queued = Math.max(queued, fill);
            drops += dropped;
            inode += node;
        }
        return best == 0;
    }

    /** A connected socket gets only its peer's datagrams. */
    private static boolean connected(byte[] octets, int begin, int end) {
        int port = KernelTable.after(octets, KernelTable.field(octets, begin, end, KernelTable.REMOTE), end);
        return KernelTable.number(octets, port, end, 16) != 0;
    }
}
