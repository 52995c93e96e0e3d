package backhaul.system;

import backhaul.transport.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Ports of 127.0.0.1. */
final class Ports {
    private Ports() {}

    /** Free for TCP and UDP, and given to nobody else by this method. */
    static int free() {
        return FreePort.next();
    }

    /** Waits until some process has bound the port, as the kernel knows it; a trial bind would be in its way. */
    static void awaitBound(String protocol, int port) {
        awaitBound(protocol, port, ProcessHandle.current().pid());
    }

    /** The same in the network namespace of the process {@code pid}. */
    static void awaitBound(String protocol, int port, long pid) {
        String local = String.format(":%04X ", port);
        Wait.until(protocol + " port " + port + " is bound", () -> {
            for (String table : new String[] {protocol, protocol + "6"}) {
                Path sockets = Path.of("/proc/" + pid + "/net", table);
                if (Files.exists(sockets)
                        && Files.readAllLines(sockets).stream()
                                .anyMatch(line -> line.substring(0, Math.min(60, line.length()))
                                        .replaceFirst("^\\s*\\d+: ", "")
                                        .replaceFirst(" .*", " ")
                                        .endsWith(local))) {
                    return true;
                }
            }
            return false;
        });
    }

    /** Datagrams dropped at a UDP socket of the process {@code pid}, which owns the port in its network namespace. */
    static long drops(int port, long pid) {
        String local = String.format(":%04X", port);
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/net/udp")).stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(local))
                    .mapToLong(fields -> Long.parseLong(fields[fields.length - 1]))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** TCP ports on which a process listens. */
    static Set<Integer> listening(long pid) {
        Set<String> sockets = new HashSet<>();
        Set<Integer> ports = new TreeSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                sockets.add(Files.readSymbolicLink(descriptor).toString());
            }
            for (String table : new String[] {"tcp", "tcp6"}) {
                for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net", table))) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields[3].equals("0A") && sockets.contains("socket:[" + fields[9] + "]")) {
                        ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }

    /** Holds a UDP port against everybody else. */
    static DatagramSocket hold(int port) {
        try {
            return new DatagramSocket(port, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
