package backhaul.agent;

import backhaul.transport.CheckReport;
import backhaul.transport.OwnMessage;
import backhaul.transport.SocketTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;

/** Checks the last hop as far as it can be checked. */
final class CollectorCheck {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** For a refusal to come back from another machine. */
    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(1);

    private final AgentConfig config;
    private final CheckReport report;

    CollectorCheck(AgentConfig config, CheckReport report) {
        this.config = config;
        this.report = report;
    }

    /** @param message whether to send one */
    void run(boolean message) {
        Collector collector = config.collector();
        report.section("Collector " + collector);
        try {
            switch (collector.way()) {
                case UDP -> udp(address(collector.address()), message);
                case TCP, TCP_LF -> tcp(address(collector.address()));
                case UNIX -> unix(collector);
            }
        } catch (IOException e) {
            report.failed(RelayCheck.explain(e, "the collector"));
            return;
        }
        if (message) {
            send(collector);
        }
    }

    /** UDP has no connection to try. But what listens on this machine is known. */
    private void udp(InetSocketAddress address, boolean message) {
        if (!SocketTable.isHere(address.getAddress())) {
            if (!message) {
                report.skipped("a syslog daemon on another machine cannot be asked by UDP: a test message (--message)"
                        + " may tell");
            }
            return;
        }
        try (SocketTable table = SocketTable.open(SocketTable.PROC_NET, address)) {
            if (table.look()) {
                report.ok("a program on this machine listens there");
            } else {
                report.failed("no program on this machine listens on that UDP port: let the syslog daemon do so");
            }
        } catch (IOException e) {
            report.skipped("this system does not tell who listens on UDP ports: a test message (--message) may tell");
        }
    }

    private void tcp(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) LIMIT.toMillis());
            report.ok("it takes TCP connections");
        }
    }

    private void unix(Collector collector) {
        try {
            UnixSender.check(collector);
        } catch (ConfigException e) {
            e.problems().forEach(report::failed);
            return;
        }
        if (Files.exists(collector.path())) {
            report.ok("its socket is there");
        } else {
            report.failed("there is no such socket: let the syslog daemon make it");
        }
    }

    /** By the way of all messages. */
    private void send(Collector collector) {
        StopSignal stop = new StopSignal();
        SyslogSender sender = new LastHop(collector, 0, stop)
                .sender(new RelayLog(config.relays().get(0)));
        byte[] text = OwnMessage.of(
                "backhaul-agent", OwnMessage.Severity.NOTICE, "CHECK", "a test message of backhaul-agent check");
        try {
            sender.send(text, 0, text.length);
            sender.flush();
            long end = System.nanoTime() + REFUSAL_LIMIT.toNanos();
            int held;
            do {
                held = sender.held();
            } while (held == 0 && System.nanoTime() - end < 0 && !stop.await(Duration.ofMillis(50)));
            if (held > 0) {
                report.failed("it refuses messages: no syslog daemon listens there");
            } else {
                report.ok(
                        "a test message was sent and not refused: look for \"a test message of backhaul-agent check\" in"
                                + " the log");
            }
        } catch (CollectorAwayException e) {
            report.failed(e.getMessage());
        } finally {
            sender.close();
        }
    }

    private static InetSocketAddress address(HostPort collector) throws IOException {
        InetAddress[] addresses = Lookup.addresses(collector.host(), LIMIT);
        return new InetSocketAddress(addresses[0], collector.port());
    }
}
