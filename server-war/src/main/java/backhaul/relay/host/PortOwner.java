package backhaul.relay.host;

import backhaul.relay.settings.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** Who has a port of this machine, by what the kernel tells (proc(5): {@code /proc/net/udp}, {@code /proc/PID/fd}). */
public final class PortOwner {
    private static final Path PROC = Path.of("/proc");

    // Fields of a line: sl local remote state queues timer retransmits uid timeout inode
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private static final String LISTENING = "0A"; // of TCP

    private PortOwner() {}

    /**
     * The program, as {@code rsyslogd (process 812)}; empty if it cannot be told, as to a user who is not root; null if
     * nobody has the port.
     */
    public static String find(String protocol, InetSocketAddress address) {
        for (String table : List.of(protocol, protocol + "6")) {
            for (String line : ServerSettings.lines(PROC.resolve("net").resolve(table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > INODE
                        && isThere(fields[LOCAL], address)
                        && (protocol.equals("udp") || fields[STATE].equals(LISTENING))) {
                    return process("socket:[" + fields[INODE] + "]");
                }
            }
        }
        return null;
    }

    /** {@code 0100007F:0202}: words of four octets in the machine's own order, and the port. */
    private static boolean isThere(String local, InetSocketAddress wanted) {
        int colon = local.indexOf(':');
        if (colon < 0
                || !local.substring(colon + 1).matches("[0-9A-F]{4}")
                || HexFormat.fromHexDigits(local.substring(colon + 1)) != wanted.getPort()) {
            return false;
        }
        ByteBuffer octets = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i + 8 <= colon; i += 8) {
            octets.putInt(HexFormat.fromHexDigits(local, i, i + 8));
        }
        try {
            InetAddress address = InetAddress.getByAddress(octets.array());
            return address.isAnyLocalAddress()
                    || wanted.getAddress().isAnyLocalAddress()
                    || address.equals(wanted.getAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String process(String socket) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (has(process.resolve("fd"), socket)) {
                    return ServerSettings.lines(process.resolve("comm")).stream()
                                    .findFirst()
                                    .orElse("?") + " (process " + process.getFileName() + ")";
                }
            }
        } catch (IOException e) {
            // There is no such directory on this system.
        }
        return "";
    }

    private static boolean has(Path descriptors, String socket) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (Files.readSymbolicLink(link).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException e) {
            // Another user's, or it has ended meanwhile.
        }
        return false;
    }
}
