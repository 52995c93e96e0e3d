package backhaul.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole path in three network namespaces: a home machine, its NAT router, and a public host.
 *
 * <pre>
 *  home eth0 10.77.0.2 -- lan 10.77.0.1 router 203.0.113.x wan -- eth0 198.51.100.2 host
 * </pre>
 *
 * <p>The router masquerades. It silently drops packets of unknown connections and packets for addresses that it does
 * not have, so a lost mapping means silence for both ends, and no reset.
 */
final class Network implements AutoCloseable {
    /** The public host's address. */
    static final String HOST = "198.51.100.2";

    /** Another address, from which nothing ever comes back. */
    static final String DEAD = "198.51.100.9";

    /** A name that nobody's resolver knows. */
    static final String NAME = "relay.example.net";

    private static final String ROUTER_MAC = "02:00:00:00:00:01";
    private static final AtomicInteger MADE = new AtomicInteger();

    private final Namespace home;
    private final Namespace router;
    private final Namespace host;
    private final Thread hook = new Thread(this::delete);
    private int publicAddress = 1; // the last octet
    private int homeAddress = 2; // likewise

    private Network(String prefix) {
        home = new Namespace(prefix + "-home");
        router = new Namespace(prefix + "-router");
        host = new Namespace(prefix + "-host");
    }

    /** Needs root, {@code ip} and {@code nft}; without them the test is skipped, or fails where nothing may be skipped. */
    static Network create() {
        Tool.require("ip");
        Tool.require("nft");
        Tool.require("bash");
        Tool.requireRoot();
        Network network = new Network("backhaul-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet());
        Runtime.getRuntime().addShutdownHook(network.hook);
        try {
            synchronized (MADE) { // parallel tests: the first of all makes /run/netns
                network.build();
            }
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void build() {
        for (Namespace namespace : List.of(home, router, host)) {
            Namespace.run(List.of(Tool.require("ip"), "netns", "add", namespace.name()), "");
            namespace.ip("link set lo up");
        }
        router.ip("link add lan type veth peer name eth0 netns " + home.name());
        router.ip("link add wan type veth peer name eth0 netns " + host.name());

        home.ip("link set eth0 up");
        home.ip("addr add 10.77.0.2/24 dev eth0");
        router.ip("addr add 10.77.0.1/24 dev lan");
        router.ip("link set lan up");
        home.ip("route add default via 10.77.0.1");

        router.ip("link set wan address " + ROUTER_MAC);
        router.ip("link set wan up");
        router.ip("addr add 203.0.113.1/32 dev wan");
        router.ip("route add " + HOST + " dev wan");
        router.ip("route add " + DEAD + " dev wan");
        router.ip("route add blackhole 203.0.113.0/24");

        host.ip("addr add " + HOST + "/32 dev eth0");
        host.ip("link set eth0 up");
        host.ip("neigh add 203.0.113.254 lladdr " + ROUTER_MAC + " nud permanent dev eth0");
        host.ip("route add 203.0.113.0/24 via 203.0.113.254 dev eth0 onlink");

        router.sysctl("net.ipv4.ip_forward", "1");
        router.nft("""
                table ip nat {
                    chain postrouting {
                        type nat hook postrouting priority srcnat
                        oifname "wan" masquerade
                    }
                }
                table ip filter {
                    chain fault {
                    }
                    chain forward {
                        type filter hook forward priority filter
                        ct state invalid drop
                        ip daddr %s drop
                        jump fault
                    }
                }
                """.formatted(DEAD));
        provide();
        // A packet from the middle of a connection begins no new mapping.
        router.sysctl("net.netfilter.nf_conntrack_tcp_loose", "0");
        home.nft("table ip away { chain input { type filter hook input priority filter; }; }");
    }

    /** Where the agent and the collector are. */
    Namespace home() {
        return home;
    }

    /** Where the relay and its syslog daemon are. */
    Namespace host() {
        return host;
    }

    /** The provider gives the router another address: the mappings to the old one are dead. */
    void changePublicAddress() {
        int old = publicAddress;
        publicAddress = old % 200 + 1;
        provide();
        router.ip("addr add 203.0.113." + publicAddress + "/32 dev wan");
        router.ip("addr del 203.0.113." + old + "/32 dev wan");
    }

    /** Nothing goes to or from another address: the router itself forgets its mappings some milliseconds later. */
    private void provide() {
        router.nft("""
                table ip provider
                delete table ip provider
                table ip provider {
                    chain in {
                        type filter hook prerouting priority raw
                        iifname "wan" ip daddr != 203.0.113.%1$d drop
                    }
                    chain out {
                        type filter hook postrouting priority srcnat + 100
                        oifname "wan" ip saddr != 203.0.113.%1$d drop
                    }
                }
                """.formatted(publicAddress));
    }

    /** The home machine gets another address. */
    void changeHomeAddress() {
        int old = homeAddress;
        homeAddress = old == 200 ? 2 : old + 1;
        home.ip("addr del 10.77.0." + old + "/24 dev eth0");
        home.ip("addr add 10.77.0." + homeAddress + "/24 dev eth0");
        home.ip("route add default via 10.77.0.1");
    }

    /** From now on packets from the home do not arrive, but packets to it do. */
    void dropFromHome() {
        router.nft("add rule ip filter fault iifname \"lan\" drop");
    }

    /** From now on packets to the home do not arrive, but packets from it do. */
    void dropToHome() {
        router.nft("add rule ip filter fault iifname \"wan\" drop");
    }

    void dropNothing() {
        router.nft("flush chain ip filter fault");
    }

    /** Between home and router; the home machine keeps its address. */
    void unplug() {
        router.ip("link set lan down");
    }

    void plug() {
        router.ip("link set lan up");
    }

    /** The home's port refuses datagrams as if nobody listened there; what has arrived is still read. */
    void refuse(int port) {
        home.nft("add rule ip away input udp dport " + port + " reject with icmp type port-unreachable");
    }

    void refuseNothing() {
        home.nft("flush chain ip away input");
    }

    /** Everything in the namespaces must have ended. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        delete();
    }

    private void delete() {
        for (Namespace namespace : List.of(home, router, host)) {
            if (Files.exists(Path.of("/run/netns", namespace.name()))) {
                Namespace.run(List.of(Tool.require("ip"), "netns", "delete", namespace.name()), "");
            }
        }
    }
}
