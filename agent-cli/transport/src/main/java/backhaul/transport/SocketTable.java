package backhaul.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What the kernel tells about the UDP socket that receives at an address of this machine: the fill of its queue and the
 * datagrams dropped for want of room (proc(5), {@code /proc/net/udp} and {@code udp6}). A look costs 20..40 us, most of it
 * for the kernel's walk through its hash table.
 *
 * <p>For one thread at a time.
 */
public final class SocketTable implements Closeable {
    /** Where the kernel has its tables. */
    public static final Path PROC_NET = Path.of("/proc/net");

    private static final String ANY4 = "00000000";
    private static final String ANY6 = ANY4.repeat(4);

    /** What a line's local address may be, the most specific first. */
    private final byte[][] candidates;

    private final KernelTable udp; // null if the receiver cannot be there
    private final KernelTable udp6; // null if this machine knows no IPv6

    private final KernelTable.Lines lines = this::line;

    // Of the last look.
    private int best; // index of the candidate found
    private long inode;
    private long queued;
    private long drops;

    private SocketTable(byte[][] candidates, KernelTable udp, KernelTable udp6) {
        this.candidates = candidates;
        this.udp = udp;
        this.udp6 = udp6;
    }

    /** Is this one of our own addresses, so that our kernel has the socket that receives there? */
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
        InetAddress address = receiver.getAddress();
        int port = receiver.getPort();
        String own = KernelTable.words(address.getAddress());
        if (address instanceof Inet4Address) {
            return new SocketTable(
                    candidates(port, own, KernelTable.words6(address), ANY4, ANY6),
                    KernelTable.open(directory.resolve("udp")),
                    KernelTable.openIfThere(directory.resolve("udp6")));
        }
        return new SocketTable(candidates(port, own, ANY6), null, KernelTable.open(directory.resolve("udp6")));
    }

    /** Looks; false if nobody receives there, or the tables cannot be read. */
    public boolean look() {
        best = candidates.length;
        queued = 0;
        drops = 0;
        try {
            scan(udp);
            scan(udp6);
        } catch (IOException e) {
            return false;
        }
        return best < candidates.length;
    }

    /** Octets in the queue with the kernel's overhead (truesize); of several sockets the fullest. */
    public long queued() {
        return queued;
    }

    /** Datagrams dropped since the socket was opened. */
    public long drops() {
        return drops;
    }

    /** Identifies the socket; another means that the receiver was started anew. */
    public long inode() {
        return inode;
    }

    @Override
    public void close() {
        if (udp != null) {
            udp.close();
        }
        if (udp6 != null) {
            udp6.close();
        }
    }

    private void scan(KernelTable table) throws IOException {
        // The best match so far beats whatever this table can have: one look reads no more than it must.
        if (table != null && best > 0) {
            table.scan(lines);
        }
    }

    private void line(byte[] octets, int begin, int end) {
        int local = KernelTable.field(octets, begin, end, KernelTable.LOCAL);
        int match = 0;
        while (match < candidates.length && !KernelTable.startsWith(octets, local, end, candidates[match])) {
            match++;
        }
        if (match > best || match == candidates.length || connected(octets, begin, end)) {
            return;
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
            // Several share the port (SO_REUSEPORT), and the kernel chooses.
            queued = Math.max(queued, fill);
            drops += dropped;
            inode += node;
        }
    }

    /** A socket with a peer of its own gets that peer's datagrams only. */
    private static boolean connected(byte[] octets, int begin, int end) {
        int port = KernelTable.after(octets, KernelTable.field(octets, begin, end, KernelTable.REMOTE), end);
        return KernelTable.number(octets, port, end, 16) != 0;
    }

    private static byte[][] candidates(int port, String... addresses) {
        return Arrays.stream(addresses)
                .map(words -> KernelTable.endpoint(words, port))
                .toArray(byte[][]::new);
    }
}
