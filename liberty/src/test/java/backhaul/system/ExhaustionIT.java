package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The machine runs out of something: the relay reports it, keeps serving, and recovers. */
class ExhaustionIT {
    private static Path logs;
    private static Command mount;
    private static RelayServer relay;

    @BeforeAll
    static void start() {
        logs = Build.scratch("full-logs");
        mount = Command.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", logs.toString());
        relay = RelayServer.named("exhausted-relay")
                .with("log.dir", logs)
                .with("relay.handshake-timeout", "2m") // strangers stay
                .up();
    }

    @AfterAll
    static void stop() {
        relay.close();
        if (mount.exit() == 0) {
            Command.run("umount", "--lazy", logs.toString()).expect(0);
        }
    }

    private static void expectDelivery(UdpSource host, HandmadeAgent agent, String stream) throws IOException {
        agent.sayAlive();
        for (int i = 0; i < 100; i++) {
            host.send(Messages.numbered(stream, i));
            assertThat(agent.next()).isEqualTo(Messages.octets(Messages.numbered(stream, i)));
        }
    }

    @Test
    void outOfDescriptorsItSaysSoServesOnAndAcceptsAgainLater() throws Exception {
        String prlimit = Tool.require("prlimit");
        List<Socket> strangers = new ArrayList<>();
        long pid = relay.process().pid();
        String limit = Command.run(prlimit, "--pid", String.valueOf(pid), "--nofile", "--output=SOFT", "--noheadings")
                .expect(0)
                .output()
                .strip();
        try (UdpSource host = new UdpSource(relay)) {
            try (HandmadeAgent agent = HandmadeAgent.connect(relay, Ca.shared().agent("connected"))) {
                expectDelivery(host, agent, "before");
                Command.run(prlimit, "--pid", String.valueOf(pid), "--nofile=" + (Vitals.entries(pid, "fd") + 8) + ":")
                        .expect(0);
                for (int i = 0; i < 40; i++) {
                    Socket socket = new Socket();
                    strangers.add(socket);
                    socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0." + (2 + i % 4)), 0));
                    socket.connect(new InetSocketAddress("127.0.0.1", relay.tlsPort()));
                }
                relay.process()
                        .awaitLog("Accepting on .* failed, trying again: this process has no file descriptor left");
                expectDelivery(host, agent, "during");
                assertThat(relay.log().lines().filter(line -> line.contains("Accepting on")))
                        .hasSize(1);

                // It is logged again after 10 s: longer than a loop may stand still. HTTP has a connection from before.
                Wait.until(
                        "a second line",
                        () -> relay.log().split("Accepting on .* failed, trying again", -1).length == 3);
                assertThat(relay.health("live").isUp()).as("it goes round").isTrue();
                assertThat(relay.health("ready").isUp()).isFalse();
                assertThat(relay.health("ready").problem())
                        .contains("Accepting on ", "this process has no file descriptor left for a connection");

                for (Socket stranger : strangers) {
                    stranger.close();
                }
                relay.process().awaitLog("Accepting on .* works again after \\d+ failures");
                try (HandmadeAgent another =
                        HandmadeAgent.connect(relay, Ca.shared().agent("another"))) {
                    host.send("both");
                    assertThat(agent.next()).isEqualTo(Messages.octets("both"));
                    assertThat(another.next()).isEqualTo(Messages.octets("both"));
                }
            }
            assertThat(relay.health().isUp()).isTrue();
        } finally {
            Command.run(prlimit, "--pid", String.valueOf(pid), "--nofile=" + limit + ":")
                    .expect(0);
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void withoutRoomForItsLogItServesOnAndLogsAgainLater() throws Exception {
        Tool.requireRoot();
        if (mount.exit() != 0) {
            Tool.lacking("no tmpfs can be mounted here: " + mount.output());
        }
        try (UdpSource host = new UdpSource(relay);
                HandmadeAgent agent = HandmadeAgent.connect(relay, Ca.shared().agent("full"))) {
            expectDelivery(host, agent, "before");
            Path filler = logs.resolve("filler");
            fill(filler);
            // Lines for what is left of the last page, and more.
            var context = HandmadeAgent.context(Ca.shared().agent("passing"));
            for (int i = 0; i < 20; i++) {
                HandmadeAgent.connect(relay, context).close();
            }
            relay.process().awaitLog("TRAS3005E"); // Liberty's "failed to write"
            expectDelivery(host, agent, "during");
            assertThat(relay.health().isUp()).isTrue();

            Files.delete(filler);
            var later = HandmadeAgent.context(Ca.shared().agent("later"));
            Wait.until("a line in the log again", () -> {
                HandmadeAgent.connect(relay, later).close();
                return Files.readString(logs.resolve("messages.log")).contains("CN=later");
            });
            assertThat(relay.log()).contains("TRAS3006I"); // Liberty's "has resumed"
            expectDelivery(host, agent, "after");
        }
    }

    /** Writes until there is no room. */
    private static void fill(Path file) throws IOException {
        byte[] octets = new byte[1024];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(octets);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }
}
