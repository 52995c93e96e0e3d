package backhaul.relay.host;

import backhaul.relay.settings.ServerSettings;
import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Finds the program that has a port of this machine (proc(5): {@code /proc/net/udp}, {@code /proc/PID/fd}). */
public final class PortOwner {
    private static final Path PROC = Path.of("/proc");

    // Fields of a line: sl local remote state queues timer retransmits uid timeout inode
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private static final String LISTENING = "0A"; // of TCP

    private PortOwner() {}

    /**
     * The program, as {@code rsyslogd (process 812)}; empty if it is unknown, as for a user who is not root; null if no
     * program has the port.
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

    /** @param local {@code 0100007F:0202} */
    private static boolean isThere(String local, InetSocketAddress wanted) {
        String port = String.format(Locale.ROOT, ":%04X", wanted.getPort());
        return local.endsWith(port)
                && (wanted.getAddress().isAnyLocalAddress()
                        || SocketTable.forms(wanted.getAddress())
                                .contains(local.substring(0, local.length() - port.length())));
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
            // It belongs to another user, or has exited meanwhile.
        }
        return false;
    }
}
