package backhaul.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads the kernel's tables of the sockets of one protocol (proc(5), {@code /proc/net/udp} and {@code udp6}, or those of
 * TCP). Each is read as a whole, without an object for a line or a field. For one thread at a time.
 */
final class KernelTable implements Closeable {
    // Fields of a line, separated by blanks: sl local rem st tx:rx tr:when retrnsmt uid timeout inode ref pointer drops
    static final int LOCAL = 1;
    static final int REMOTE = 2;
    static final int QUEUES = 4;
    static final int RETRANSMITS = 6;
    static final int PROBES = 8;
    static final int INODE = 9;
    static final int DROPS = 12;

    /** A read returns as many whole lines, of 128 to 180 bytes, as fit into a page of 4 KiB, except at the end. */
    private static final int LEAST_PAGE = 4096 - 256;

    private static final String ANY4 = "00000000";
    private static final String ANY6 = ANY4.repeat(4);

    private final FileChannel[] files;
    private ByteBuffer text = ByteBuffer.allocate(16 * 1024);

    private KernelTable(FileChannel... files) {
        this.files = files;
    }

    /**
     * Opens the tables that can have sockets with this address: an IPv6 socket accepts IPv4, too.
     *
     * @throws IOException if this kernel has none
     */
    static KernelTable open(Path directory, String protocol, InetAddress address) throws IOException {
        Path ipv6 = directory.resolve(protocol + "6");
        if (!(address instanceof Inet4Address)) {
            return new KernelTable(FileChannel.open(ipv6));
        }
        FileChannel ipv4 = FileChannel.open(directory.resolve(protocol));
        try {
            return new KernelTable(ipv4, FileChannel.open(ipv6));
        } catch (IOException e) {
            return new KernelTable(ipv4); // this machine has no IPv6
        }
    }

    /** Gets one line, {@code octets} from {@code begin} to {@code end}; true if the other table cannot have a better one. */
    interface Lines {
        boolean line(byte[] octets, int begin, int end);
    }

    void scan(Lines lines) throws IOException {
        for (FileChannel file : files) {
            if (scan(file, lines)) {
                return;
            }
        }
    }

    private boolean scan(FileChannel file, Lines lines) throws IOException {
        text.clear();
        int count;
        while ((count = file.read(text, text.position())) > 0) {
            if (!text.hasRemaining()) {
                text = ByteBuffer.allocate(2 * text.capacity()).put(text.flip());
            } else if (count < LEAST_PAGE) {
                break; // another read, only to see the end, would cost the kernel a second walk
            }
        }
        byte[] octets = text.array();
        int begin = 0;
        boolean found = false;
        for (int i = 0; i < text.position(); i++) {
            if (octets[i] == '\n') {
                found |= lines.line(octets, begin, i);
                begin = i + 1;
            }
        }
        return found;
    }

    /** Where the field with this index begins, or {@code end}. */
    static int field(byte[] octets, int begin, int end, int index) {
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

    /** The part of a field after the colon. */
    static int after(byte[] octets, int field, int end) {
        int i = field;
        while (i < end && octets[i] != ':' && octets[i] != ' ') {
            i++;
        }
        return Math.min(end, i + 1);
    }

    static long number(byte[] octets, int begin, int end, int radix) {
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

    /** The index of the endpoint that the field at {@code begin} has, or the number of them. */
    static int which(byte[][] endpoints, byte[] octets, int begin, int end) {
        int i = 0;
        while (i < endpoints.length && !startsWith(octets, begin, end, endpoints[i])) {
            i++;
        }
        return i;
    }

    private static boolean startsWith(byte[] octets, int begin, int end, byte[] part) {
        return begin + part.length <= end && Arrays.equals(octets, begin, begin + part.length, part, 0, part.length);
    }

    /** The local addresses that a socket can have in the tables to receive at this address: the most specific first. */
    static List<String> forms(InetAddress address) {
        String own = words(address.getAddress());
        return address instanceof Inet4Address
                ? List.of(own, ANY4.repeat(2) + words(new byte[] {0, 0, -1, -1}) + own, ANY4, ANY6)
                : List.of(own, ANY6);
    }

    /** An address in the form of its family's table: words of four bytes in the machine's own order, hexadecimal. */
    private static String words(byte[] octets) {
        StringBuilder words = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        while (buffer.hasRemaining()) {
            words.append(String.format(Locale.ROOT, "%08X", buffer.getInt()));
        }
        return words.toString();
    }

    /** The same with the port. */
    static byte[][] endpoints(InetSocketAddress socket) {
        String port = String.format(Locale.ROOT, ":%04X", socket.getPort());
        return forms(socket.getAddress()).stream()
                .map(address -> (address + port).getBytes(US_ASCII))
                .toArray(byte[][]::new);
    }

    @Override
    public void close() {
        try {
            for (FileChannel file : files) {
                file.close();
            }
        } catch (IOException e) {
            // They were only read.
        }
    }
}
