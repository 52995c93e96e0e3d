package backhaul.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

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

    // Fields of a line, divided by blanks: sl local rem st tx:rx ... inode ref pointer drops
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int QUEUES = 4;
    private static final int INODE = 9;
    private static final int DROPS = 12;

    /** A read gives as many whole lines, of 128 to 180 octets, as fit into a page of 4 KiB, unless it has come to the end. */
    private static final int LEAST_PAGE = 4096 - 256;

    private static final String ANY4 = "00000000";
    private static final String ANY6 = ANY4.repeat(4);

    /** What a line's local address may be, the most specific first. */
    private final byte[][] candidates;

    private final FileChannel udp; // null if the receiver cannot be there
    private final FileChannel udp6; // null if this machine knows no IPv6
    private ByteBuffer text = ByteBuffer.allocate(16 * 1024);

    // Of the last look.
    private int best; // index of the candidate found
    private long inode;
    private long queued;
    private long drops;

    private SocketTable(byte[][] candidates, FileChannel udp, FileChannel udp6) {
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
        byte[] octets = receiver.getAddress().getAddress();
        String port = String.format(Locale.ROOT, ":%04X", receiver.getPort());
        String own = words(octets);
        if (receiver.getAddress() instanceof Inet4Address) {
            String mapped = ANY4 + ANY4 + words(new byte[] {0, 0, -1, -1}) + own;
            return new SocketTable(
                    candidates(port, own, mapped, ANY4, ANY6),
                    FileChannel.open(directory.resolve("udp")),
                    openIfThere(directory.resolve("udp6")));
        }
        return new SocketTable(candidates(port, own, ANY6), null, FileChannel.open(directory.resolve("udp6")));
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
        try {
            if (udp != null) {
                udp.close();
            }
            if (udp6 != null) {
                udp6.close();
            }
        } catch (IOException e) {
            // It was only read from.
        }
    }

    private void scan(FileChannel table) throws IOException {
        // The best match so far beats whatever this table can have: one look reads no more than it must.
        if (table == null || best == 0) {
            return;
        }
        text.clear();
        int count;
        while ((count = table.read(text, text.position())) > 0) {
            if (!text.hasRemaining()) {
                text = ByteBuffer.allocate(2 * text.capacity()).put(text.flip());
            } else if (count < LEAST_PAGE) {
                break; // to be told of the end costs the kernel a second walk
            }
        }
        byte[] octets = text.array();
        int begin = 0;
        for (int i = 0; i < text.position(); i++) {
            if (octets[i] == '\n') {
                line(octets, begin, i);
                begin = i + 1;
            }
        }
    }

    private void line(byte[] octets, int begin, int end) {
        int local = field(octets, begin, end, LOCAL);
        int match = 0;
        while (match < candidates.length && !startsWith(octets, local, end, candidates[match])) {
            match++;
        }
        if (match > best || match == candidates.length || connected(octets, begin, end)) {
            return;
        }
        int queues = field(octets, begin, end, QUEUES);
        long fill = number(octets, after(octets, queues, end), end, 16);
        long dropped = number(octets, field(octets, begin, end, DROPS), end, 10);
        long node = number(octets, field(octets, begin, end, INODE), end, 10);
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
        int port = after(octets, field(octets, begin, end, REMOTE), end);
        return number(octets, port, end, 16) != 0;
    }

    /** Where the field with this index begins, or {@code end}. */
    private static int field(byte[] octets, int begin, int end, int index) {
        int i = begin;
        for (int n = 0; ; n++) {
            while (i < end && octets[i] == ' ') {
                i++;
            }
            if (n == index || i == end) {
                return i;
            }
            while (i < end && octets[i] != ' ') {
                i++;
            }
        }
    }

    /** What follows the colon of a field. */
    private static int after(byte[] octets, int field, int end) {
        int i = field;
        while (i < end && octets[i] != ':' && octets[i] != ' ') {
            i++;
        }
        return Math.min(end, i + 1);
    }

    private static long number(byte[] octets, int begin, int end, int radix) {
        long number = 0;
        for (int i = begin; i < end; i++) {
            int digit = Character.digit(octets[i], radix);
            if (digit < 0) {
                break;
            }
            number = radix * number + digit;
        }
        return number;
    }

    private static boolean startsWith(byte[] octets, int begin, int end, byte[] part) {
        return begin + part.length <= end && Arrays.equals(octets, begin, begin + part.length, part, 0, part.length);
    }

    private static byte[][] candidates(String port, String... addresses) {
        byte[][] candidates = new byte[addresses.length][];
        for (int i = 0; i < addresses.length; i++) {
            candidates[i] = (addresses[i] + port).getBytes(US_ASCII);
        }
        return candidates;
    }

    /** An address as the table has it: words of four octets in the machine's own order, hexadecimal. */
    private static String words(byte[] octets) {
        StringBuilder words = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        while (buffer.hasRemaining()) {
            words.append(String.format(Locale.ROOT, "%08X", buffer.getInt()));
        }
        return words.toString();
    }

    private static FileChannel openIfThere(Path table) {
        try {
            return FileChannel.open(table);
        } catch (IOException e) {
            return null;
        }
    }
}
