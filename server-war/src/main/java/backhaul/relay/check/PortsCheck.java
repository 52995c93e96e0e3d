package backhaul.relay.check;

import backhaul.relay.host.BindFailure;
import backhaul.relay.host.PortOwner;
import backhaul.relay.host.SystemdSocket;
import backhaul.relay.host.UdpSocket;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.RelaySettings;
import backhaul.relay.status.Text;
import backhaul.transport.CheckReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.OptionalInt;

/**
 * Checks whether the ports are available. A port that is taken is not touched. A free one is bound for a moment, TCP ports
 * without listening.
 */
final class PortsCheck {
    /** Binds a socket like the relay's and releases it. */
    private interface Trial {
        void bind(InetSocketAddress address) throws IOException;
    }

    private final RelayConfig config;
    private final OptionalInt httpPort;
    private final SystemdSocket socket; // null if the relay itself binds
    private final CheckReport report;
    private String running; // where a relay listens; null until a port is taken

    PortsCheck(RelayConfig config, OptionalInt httpPort, SystemdSocket socket, CheckReport report) {
        this.config = config;
        this.httpPort = httpPort;
        this.socket = socket;
        this.report = report;
    }

    void run() {
        report.section("Ports");
        udp(socket == null ? config.udp() : socket.address());
        port("relay.tls", "agents on TLS " + Text.listening(config.tls()), "tcp", config.tls(), PortsCheck::bindTcp);
        httpPort.ifPresent(this::http);
    }

    private void udp(InetSocketAddress address) {
        if (socket != null && !UdpSocket.isThere(address, config.udp())) {
            report.warned(UdpSocket.elsewhere(address, config.udp()));
        }
        String udp = Text.listening(address);
        if (socket != null && socket.active()) {
            report.ok("syslog on UDP " + udp + ": backhaul-relay.socket holds it for the relay");
        } else {
            port(
                    "relay.udp",
                    "syslog on UDP " + udp,
                    "udp",
                    address,
                    tried -> UdpSocket.bind(tried, 65_536).close());
        }
        if (!address.getAddress().isLoopbackAddress()) {
            report.warned((socket == null ? "relay.udp.address" : "backhaul-relay.socket")
                    + " is not a loopback address:" + " whoever reaches " + udp
                    + " can write into your log, keep others out with a firewall");
        }
        receiveBuffer();
    }

    private void receiveBuffer() {
        int wanted = config.receiveBuffer();
        try {
            int granted = (int)
                    Math.max(UdpSocket.granted(wanted), socket == null ? 0 : Math.min(wanted, socket.receiveBuffer()));
            if (granted < wanted) {
                report.warned(UdpSocket.shortReceiveBuffer(granted, wanted, socket != null));
            } else {
                report.ok("the kernel grants the " + Text.size(granted) + " of relay.udp.receive-buffer");
            }
        } catch (IOException e) {
            report.failed("the kernel refuses a UDP socket: " + e.getMessage());
        }
    }

    private void http(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        port(RelaySettings.HTTP_PORT, "health on HTTP " + Text.listening(address), "tcp", address, PortsCheck::bindTcp);
    }

    private static void bindTcp(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReuseAddress(true); // recently closed connections do not matter, as for the relay
            socket.bind(address);
        }
    }

    private void port(String keys, String what, String protocol, InetSocketAddress address, Trial trial) {
        try {
            trial.bind(address);
            report.ok(what + ": free");
        } catch (IOException | RuntimeException e) {
            String holder = PortOwner.find(protocol, address);
            BindFailure failure = new BindFailure(protocol, address, e);
            boolean taken = failure.isInUse();
            if (taken && (running() + ",").contains(what + ",")) {
                report.ok(what + ": the running relay has it");
            } else if (taken) {
                report.failed(what + ": another program has this port"
                        + (holder == null || holder.isEmpty()
                                ? " (to see which, run ss -lntup as root)"
                                : ", " + holder)
                        + ": stop it or change " + (keys.contains(".port") ? keys : keys + ".port"));
            } else if (failure.isForbidden()) {
                report.skipped(what + ": free, but this user has no permission for it: the relay needs the capability"
                        + " CAP_NET_BIND_SERVICE for a port below 1024, which its systemd unit gives it");
            } else {
                report.failed(failure.sentence(keys));
            }
        }
    }

    private String running() {
        if (running == null) {
            running = HealthProbe.listening(httpPort);
        }
        return running;
    }
}
