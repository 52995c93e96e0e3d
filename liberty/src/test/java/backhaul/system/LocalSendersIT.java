package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Who may send to the ports of relay and collector on their own machines: only a few with the firewall rules of the
 * packages.
 */
@Tag("shell")
class LocalSendersIT {
    /** Somebody else's rules, as in Debian's /etc/nftables.conf. */
    private static final String ANOTHERS = """
            flush ruleset
            define port = 9
            table inet filter {
                chain input { type filter hook input priority filter; }
                chain output { type filter hook output priority filter; udp dport $port drop; }
            }
            """;

    private static Network network;
    private static Path directory;

    @BeforeAll
    static void start() {
        network = Network.create();
        directory = Build.scratch("local-senders");
    }

    @AfterAll
    static void end() {
        if (network != null) {
            network.close();
        }
    }

    /**
     * Sends to this address of the namespace as a user of that machine; false if the kernel does not let him.
     *
     * @param way for bash, such as {@code udp/127.0.0.1/514}
     */
    private static boolean send(Namespace namespace, String user, String way) {
        String message = "<13>1 - www app - - - by " + user;
        List<String> command = List.of(
                Tool.require("setpriv"),
                "--reuid=" + user,
                "--clear-groups",
                "bash",
                "-c",
                "printf '%s' \"$1\" >/dev/$2",
                "send",
                way.startsWith("tcp") ? message.length() + " " + message : message,
                way);
        Command sent = Command.run(directory, Map.of(), namespace.enter(command));
        assertThat(sent).matches(end -> end.exit() == 0 || end.output().matches("(?s).*not permitted.*|.*refused.*"));
        return sent.exit() == 0;
    }

    private static String loaded(Namespace namespace) {
        return Namespace.run(namespace.enter(List.of(Tool.require("nft"), "list", "ruleset")), "");
    }

    @Test
    void onlyTheSyslogDaemonsUserIsHeardByTheRelay() throws IOException {
        Namespace host = network.host();
        try (RelayServer relay = RelayServer.named("local-senders-relay")
                .in(host, Network.HOST)
                .with("relay.udp.address", "*")
                .up()) {
            String rules = Example.relayFirewall(relay.udpPort());
            String way = "udp/127.0.0.1/" + relay.udpPort();
            assertThat(send(host, "nobody", way)).as("without the rules").isTrue();
            expectReceived(relay, 1);

            host.nft(ANOTHERS);
            host.nft(rules);
            host.nft(rules); // loaded again, it replaces itself
            expectOnlyRootIsHeard(relay, 1);
            host.nft(ANOTHERS + include(rules));
            expectOnlyRootIsHeard(relay, 4);

            host.nft(Example.define(rules, "backhaul_sender", "root", "{ root, nobody }"));
            assertThat(send(host, "nobody", way))
                    .as("a daemon that is not root")
                    .isTrue();
            assertThat(send(host, "daemon", way)).as("somebody else").isFalse();
            expectReceived(relay, 8);

            host.nft("delete table inet backhaul_relay");
            assertThat(send(host, "nobody", way)).as("without the rules again").isTrue();
            expectReceived(relay, 9);
        }
    }

    private static void expectReceived(RelayServer relay, long count) {
        Wait.until(count + " messages at the relay", () -> relay.books().number("received") == count);
    }

    private static void expectOnlyRootIsHeard(RelayServer relay, long before) {
        long count = before;
        for (String address : List.of("127.0.0.1", "::1", Network.HOST)) {
            String way = "udp/" + address + "/" + relay.udpPort();
            assertThat(send(relay.namespace(), "nobody", way))
                    .as("nobody by %s", way)
                    .isFalse();
            assertThat(send(relay.namespace(), "root", way))
                    .as("root by %s", way)
                    .isTrue();
            expectReceived(relay, ++count);
        }
        assertThat(loaded(relay.namespace()))
                .contains("udp dport 9 drop")
                .containsOnlyOnce("table inet backhaul_relay");
    }

    /** As the page says. */
    private static String include(String text) throws IOException {
        Markdown.Block line = Markdown.read("liberty/OPERATING.md")
                .blocks("Keeping other users", "text")
                .get(0);
        Path file = Files.writeString(directory.resolve("backhaul-relay.nft"), text);
        return line.text().replace("/etc/backhaul/backhaul-relay.nft", file.toString());
    }

    @Test
    void onlyTheAgentIsHeardByTheCollector() {
        Namespace home = network.home();
        int port = Ports.free();
        String rules = Example.agentFirewall(port);
        Path lines = directory.resolve("backhaul/www.log");
        String config = Example.collecting("rsyslog.conf", port) + Example.collecting("rsyslog-tcp.conf", port);
        try (Daemon collector = Rsyslog.start(home, directory, config)) {
            Ports.awaitBound("udp", port, collector.pid());
            // The agent's user is not on this machine, unless the package is.
            home.nft(
                    Example.define(rules, "backhaul_collector_sender", "{ root, backhaul-agent }", "{ root, daemon }"));
            int count = 0;
            for (String protocol : List.of("udp", "tcp")) {
                String way = protocol + "/127.0.0.1/" + port;
                assertThat(send(home, "nobody", way)).as("nobody by %s", way).isFalse();
                assertThat(send(home, "daemon", way)).as("the agent by %s", way).isTrue();
                count++;
                int expected = count;
                Wait.until(expected + " lines", () -> LineFile.complete(lines).size() == expected);
            }
            assertThat(LineFile.complete(lines)).allMatch(line -> line.endsWith("by daemon"));
        }
    }
}
