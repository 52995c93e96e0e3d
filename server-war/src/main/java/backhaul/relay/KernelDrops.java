package backhaul.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads from the kernel how many datagrams it has dropped because the receive buffer of a UDP socket was full: the last
 * column of {@code /proc/net/udp} and {@code udp6}. Any thread.
 */
final class KernelDrops {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));

    /** Columns of a row, counted from 0; the two of the queues and the two of the timer are one each. */
    private static final int LOCAL_ADDRESS = 1;

    private final List<Path> tables;
    private final InetSocketAddress address;

    KernelDrops(InetSocketAddress address) {
        this(TABLES, address);
    }

    KernelDrops(List<Path> tables, InetSocketAddress address) {
        this.tables = tables;
        this.address = address;
    }

    /** Datagrams dropped since the socket was bound; empty where the kernel does not tell. */
    OptionalLong read() {
        long drops = 0;
        boolean found = false;
        for (Path table : tables) {
            try {
                // Latin 1 reads anything; the file's size is 0 by its own account, so it is read to its end.
                for (String row : Files.readAllLines(table, StandardCharsets.ISO_8859_1)) {
                    String[] columns = row.strip().split("\\s+");
                    if (columns.length > LOCAL_ADDRESS && isOurs(columns[LOCAL_ADDRESS])) {
                        drops += Long.parseLong(columns[columns.length - 1]);
                        found = true;
                    }
                }
            } catch (IOException | NumberFormatException e) {
                // No such table here (another system, or IPv6 is off): the other one may have it.
            }
        }
        return found ? OptionalLong.of(drops) : OptionalLong.empty();
    }

    private boolean isOurs(String local) {
        int colon = local.lastIndexOf(':');
        return colon > 0
                && local.substring(colon + 1).equals("%04X".formatted(address.getPort()))
                && (address.getAddress().isAnyLocalAddress()
                        ? local.substring(0, colon).matches("0+")
                        : local.substring(0, colon).equals(hexadecimal()));
    }

    /** The address as the table has it: 32-bit words of network octets, each printed in this machine's byte order. */
    private String hexadecimal() {
        byte[] octets = address.getAddress().getAddress();
        boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < octets.length; i++) {
            int at = little ? i - i % 4 + 3 - i % 4 : i;
            text.append("%02X".formatted(octets[at]));
        }
        return text.toString();
    }
}
