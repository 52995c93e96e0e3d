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

/** Who may send to the relay's port on its own machine: with the firewall rule of the package, the syslog daemon alone. */
@Tag("shell")
class LocalSendersIT {
    /** Rules of somebody else, as Debian's /etc/nftables.conf has them. */
    private static final String ANOTHERS = """
            flush ruleset
            define port = 9
            table inet filter {
                chain input { type filter hook input priority filter; }
                chain output { type filter hook output priority filter; udp dport $port drop; }
            }
            """;

    private static Network network;
    private static RelayServer relay;
    private static Path directory;
    private static String rules;

    @BeforeAll
    static void start() {
        network = Network.create();
        directory = Build.scratch("local-senders");
        relay = RelayServer.named("local-senders-relay")
                .in(network.host(), Network.HOST)
                .with("relay.udp.address", "*")
                .up();
        rules = Example.firewall(relay.udpPort());
    }

    @AfterAll
    static void end() {
        if (relay != null) {
            relay.close();
        }
        if (network != null) {
            network.close();
        }
    }

    /** Sends to this address of the relay's machine as a user of that machine; false if the kernel does not let him. */
    private static boolean send(String user, String address) {
        List<String> command = List.of(
                Tool.require("setpriv"),
                "--reuid=" + user,
                "--clear-groups",
                "bash",
                "-c",
                "printf '<13>1 - www app - - - by %s' \"$1\" >/dev/udp/$2/$3",
                "send",
                user,
                address,
                String.valueOf(relay.udpPort()));
        Command sent = Command.run(directory, Map.of(), network.host().enter(command));
        assertThat(sent).matches(end -> end.exit() == 0 || end.output().contains("Operation not permitted"));
        return sent.exit() == 0;
    }

    private static void expectReceived(long count) {
        Wait.until(count + " messages at the relay", () -> relay.books().number("received") == count);
    }

    @Test
    void onlyTheSyslogDaemonsUserIsHeard() throws IOException {
        long count = relay.books().number("received");
        assertThat(send("nobody", "127.0.0.1")).as("without the rules").isTrue();
        expectReceived(++count);

        network.host().nft(ANOTHERS);
        network.host().nft(rules);
        network.host().nft(rules); // loaded again, it replaces itself
        expectOnlyRootIsHeard(count);
        network.host().nft(ANOTHERS + include(rules));
        count = expectOnlyRootIsHeard(count + 3);
        network.host()
                .nft(rules.replaceFirst(
                        "(?m)^define backhaul_sender = .*", "define backhaul_sender = { root, nobody }"));
        assertThat(send("nobody", "127.0.0.1")).as("a daemon that is not root").isTrue();
        assertThat(send("daemon", "127.0.0.1")).as("somebody else").isFalse();
        expectReceived(++count);

        network.host().nft("delete table inet backhaul_relay");
        assertThat(send("nobody", "127.0.0.1")).as("without the rules again").isTrue();
        expectReceived(++count);
    }

    /** How many the relay has then received. */
    private static long expectOnlyRootIsHeard(long before) {
        long count = before;
        for (String address : List.of("127.0.0.1", "::1", Network.HOST)) {
            assertThat(send("nobody", address)).as("nobody to %s", address).isFalse();
            assertThat(send("root", address)).as("root to %s", address).isTrue();
            expectReceived(++count);
        }
        String loaded = Namespace.run(network.host().enter(List.of(Tool.require("nft"), "list", "ruleset")), "");
        assertThat(loaded).contains("udp dport 9 drop").containsOnlyOnce("table inet backhaul_relay");
        return count;
    }

    /** As the page says. */
    private static String include(String text) throws IOException {
        Markdown.Block line = Markdown.read("liberty/OPERATING.md")
                .blocks("Keeping other users", "text")
                .get(0);
        Path file = Files.writeString(directory.resolve("backhaul-relay.nft"), text);
        return line.text().replace("/etc/backhaul/backhaul-relay.nft", file.toString());
    }
}
