package backhaul.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * One of the kernel's tables of sockets (proc(5), {@code /proc/net/udp} and the like): read as a whole, without an object
 * for a line or a field. For one thread at a time.
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

    /** A read gives as many whole lines, of 128 to 180 octets, as fit into a page of 4 KiB, unless it has come to the end. */
    private static final int LEAST_PAGE = 4096 - 256;

    private static final String WORD = "00000000";

    private final FileChannel file;
    private ByteBuffer text = ByteBuffer.allocate(16 * 1024);

    private KernelTable(FileChannel file) {
        this.file = file;
    }

    static KernelTable open(Path file) throws IOException {
        return new KernelTable(FileChannel.open(file));
    }

    /** Null if there is none. */
    static KernelTable openIfThere(Path file) {
        try {
            return open(file);
        } catch (IOException e) {
            return null;
        }
    }

    /** Takes one line: {@code octets} from {@code begin} to {@code end}. */
    interface Lines {
        void line(byte[] octets, int begin, int end);
    }

    void scan(Lines lines) throws IOException {
        text.clear();
        int count;
        while ((count = file.read(text, text.position())) > 0) {
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
                lines.line(octets, begin, i);
                begin = i + 1;
            }
        }
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

    /** The part of a field behind the colon. */
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

    static boolean startsWith(byte[] octets, int begin, int end, byte[] part) {
        return begin + part.length <= end && Arrays.equals(octets, begin, begin + part.length, part, 0, part.length);
    }

    /** An address of either family as a table of IPv6 has it. */
    static String words6(InetAddress address) {
        String own = words(address.getAddress());
        return address instanceof Inet4Address ? WORD + WORD + words(new byte[] {0, 0, -1, -1}) + own : own;
    }

    /** An address as the table of its family has it: words of four octets in the machine's own order, hexadecimal. */
    static String words(byte[] octets) {
        StringBuilder words = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        while (buffer.hasRemaining()) {
            words.append(String.format(Locale.ROOT, "%08X", buffer.getInt()));
        }
        return words.toString();
    }

    static byte[] endpoint(String words, int port) {
        return (words + String.format(Locale.ROOT, ":%04X", port)).getBytes(US_ASCII);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read from.
        }
    }
}
