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
import java.util.ArrayList;
import java.util.List;

/** Checks the last hop as far as it can be checked. */
final class CollectorCheck {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** For a refusal to come back from another machine. */
    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(1);

    private static final String UNKNOWN = " cannot be asked by UDP";

    private final AgentConfig config;
    private final CheckReport report;
    private final Lookup.Resolver resolver;

    CollectorCheck(AgentConfig config, CheckReport report) {
        this(config, report, name -> Lookup.addresses(name, LIMIT));
    }

    CollectorCheck(AgentConfig config, CheckReport report, Lookup.Resolver resolver) {
        this.config = config;
        this.report = report;
        this.resolver = resolver;
    }

    /** @param message whether to send one */
    void run(boolean message) {
        Collector collector = config.collector();
        report.section("Collector " + collector);
        if (collector.way() == Collector.Way.UNIX) {
            unix(collector);
        } else if (!network(collector, message)) {
            return;
        }
        if (message) {
            send(collector);
        }
    }

    /** Tries the addresses of its name in turn until one takes messages, as the agent does; false if none does. */
    private boolean network(Collector collector, boolean message) {
        InetAddress[] addresses;
        try {
            addresses = resolver.resolve(collector.address().host());
        } catch (IOException e) {
            report.failed(RelayCheck.explain(e, "the collector"));
            return false;
        }
        List<String> bad = new ArrayList<>();
        String good = null;
        for (int i = 0; i < addresses.length && good == null; i++) {
            InetSocketAddress there =
                    new InetSocketAddress(addresses[i], collector.address().port());
            String at = addresses.length == 1 ? "" : addresses[i].getHostAddress() + ": ";
            try {
                good = at + (collector.way() == Collector.Way.UDP ? udp(there) : tcp(there));
            } catch (IOException e) {
                bad.add(at + RelayCheck.explain(e, "the collector"));
            }
        }
        if (good == null) {
            bad.forEach(report::failed);
            return true;
        }
        bad.forEach(report::warned);
        if (!good.endsWith(UNKNOWN)) {
            report.ok(good);
        } else if (!message) {
            report.skipped(good + ": a test message (--message) may tell");
        }
        return true;
    }

    /** UDP has no connection to try, but the sockets that listen on this machine are known. */
    private static String udp(InetSocketAddress there) throws IOException {
        if (!SocketTable.isHere(there.getAddress())) {
            return "a syslog daemon on another machine" + UNKNOWN;
        }
        try (SocketTable table = SocketTable.open(SocketTable.PROC_NET, there)) {
            if (table.look()) {
                return "a program on this machine listens there";
            }
        } catch (IOException e) {
            return "what listens there" + UNKNOWN;
        }
        throw new ConnectionEnd("no program on this machine listens on that UDP port: let the syslog daemon do so");
    }

    private static String tcp(InetSocketAddress there) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(there, (int) LIMIT.toMillis());
            return "it takes TCP connections";
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

    /** The same way as all messages. */
    private void send(Collector collector) {
        StopSignal stop = new StopSignal();
        SyslogSender sender = new SyslogSenders(collector, 0, stop)
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
            sender.close();
            if (held > 0) {
                report.failed("it refuses messages: no syslog daemon listens there");
            } else if (sender.underway() > 0) {
                report.failed("it did not acknowledge a test message: its machine is gone, or its syslog daemon hangs");
            } else {
                report.ok(
                        "a test message was sent and not refused: look for \"a test message of backhaul-agent check\" in"
                                + " the log");
            }
        } catch (CollectorAwayException e) {
            report.failed(e.getMessage());
        } finally {
            sender.close();
            stop.request();
        }
    }
}
