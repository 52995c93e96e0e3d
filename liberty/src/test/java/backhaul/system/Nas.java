package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Another machine of the home's own network, on which a syslog daemon runs, and one behind it. The home machine knows it as
 * {@code nas}.
 *
 * <pre>
 *  home nas0 10.78.0.1 -- eth0 10.78.0.2 nas far0 10.79.0.1 -- (MTU of 1,400) eth0 10.79.0.2 far
 * </pre>
 */
final class Nas implements AutoCloseable {
    static final String ADDRESS = "10.78.0.2";
    static final String OTHER_ADDRESS = "10.78.0.3";
    static final String FAR = "10.79.0.2";

    private final Namespace home;
    private final Namespace nas;
    private final Namespace far;
    private final Path hosts;
    private final int port = Ports.free();

    private boolean plugged;
    private Path directory; // of the daemon, like the next three null until it is started
    private Namespace place;
    private Daemon daemon;
    private Tail tail;

    private Nas(Namespace home) {
        this.home = home;
        nas = new Namespace(home.name() + "-nas");
        far = new Namespace(home.name() + "-far");
        hosts = Path.of("/etc/netns", home.name(), "hosts");
    }

    static Nas plugInto(Namespace home) {
        Nas nas = new Nas(home);
        try {
            nas.build();
        } catch (RuntimeException | Error e) {
            nas.close();
            throw e;
        }
        return nas;
    }

    private void build() {
        for (Namespace namespace : List.of(nas, far)) {
            Namespace.run(List.of(Tool.require("ip"), "netns", "add", namespace.name()), "");
            namespace.ip("link set lo up");
        }
        home.ip("link add nas0 type veth peer name eth0 netns " + nas.name());
        plugged = true;
        home.ip("addr add 10.78.0.1/24 dev nas0");
        home.ip("link set nas0 up");
        nas.ip("addr add " + ADDRESS + "/24 dev eth0");
        nas.ip("addr add " + OTHER_ADDRESS + "/24 dev eth0");
        nas.ip("link set eth0 up");
        nas.ip("link add far0 type veth peer name eth0 netns " + far.name());
        nas.ip("addr add 10.79.0.1/24 dev far0");
        nas.ip("link set far0 mtu 1400 up");
        far.ip("addr add " + FAR + "/24 dev eth0");
        far.ip("link set eth0 mtu 1400 up");
        far.ip("route add default via 10.79.0.1");
        home.ip("route add 10.79.0.0/24 via " + ADDRESS);
        nas.sysctl("net.ipv4.ip_forward", "1");
        nas.nft("""
                table ip dead {
                    chain input {
                        type filter hook input priority filter
                    }
                    chain output {
                        type filter hook output priority filter
                    }
                }
                """);
        isAt(ADDRESS);
    }

    /** Starts an rsyslogd that takes UDP and TCP, here or far {@code away}; each message is handed on. */
    void collect(boolean away, Consumer<byte[]> messages) {
        directory = Build.scratch(nas.name() + "-rsyslogd");
        place = away ? far : nas;
        start();
        tail = new Tail(directory.resolve("messages"), messages);
    }

    private void start() {
        daemon = Rsyslog.start(place, directory, """
                module(load="imudp")
                input(type="imudp" port="%1$d" rcvbufSize="4m")
                module(load="imtcp")
                input(type="imtcp" port="%1$d")
                template(name="raw" type="string" string="%%rawmsg%%\n")
                action(type="omfile" file="%2$s" template="raw")
                """.formatted(port, directory.resolve("messages")));
        Ports.awaitBound("udp", port, daemon.pid());
        Ports.awaitBound("tcp", port, daemon.pid());
    }

    int port() {
        return port;
    }

    /** The name {@code nas} has this address, as far as the home machine's resolver knows. */
    void isAt(String address) {
        try {
            Files.createDirectories(hosts.getParent());
            // In place: ip netns exec has mounted this very file.
            Files.writeString(hosts, "127.0.0.1 localhost\n" + address + " nas\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing comes to or from this address any more, without notice. */
    void vanish(String address) {
        nas.nft("add rule ip dead input ip daddr " + address + " drop");
        nas.nft("add rule ip dead output ip saddr " + address + " drop");
    }

    /** The machine is there again after a power cut: nothing of a connection is known to it. */
    void comeBack() {
        daemon.close();
        start();
        nas.nft("flush chain ip dead input");
        nas.nft("flush chain ip dead output");
    }

    /** How often it has reported that something could not be delivered, or was too long. */
    int complaints() {
        String counters = Namespace.run(nas.enter(List.of("cat", "/proc/net/snmp")), "");
        String[] lines =
                counters.lines().filter(line -> line.startsWith("Icmp: ")).toArray(String[]::new);
        int column = List.of(lines[0].split(" ")).indexOf("OutDestUnreachs");
        return Integer.parseInt(lines[1].split(" ")[column]);
    }

    @Override
    public void close() {
        if (daemon != null) {
            daemon.close();
            tail.close();
        }
        // At once: the kernel takes its time to take a namespace apart.
        if (plugged) {
            home.ip("link del nas0");
        }
        for (Namespace namespace : List.of(nas, far)) {
            if (Files.exists(Path.of("/run/netns", namespace.name()))) {
                Namespace.run(List.of(Tool.require("ip"), "netns", "delete", namespace.name()), "");
            }
        }
        try {
            Files.deleteIfExists(hosts);
            Files.deleteIfExists(hosts.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
