package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The WAR by itself, in a Liberty that knows nothing of the relay. */
@Tag("shell")
class StockServerIT {
    /** The server.xml of INSTALLING.md as it stands there; the port comes from the environment, as for the package. */
    private static String example() {
        return Markdown.read("liberty/INSTALLING.md")
                .blocks("Your own Liberty server", "xml")
                .get(0)
                .text();
    }

    @Test
    void theWarRelaysInAServerWithNothingButTheDocumentedFeatures() throws IOException {
        Received came = new Received();
        try (RelayServer relay = RelayServer.stock("stock-relay", example()).up();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("stock", home.port(), relay);
                UdpSource source = new UdpSource(relay)) {
            relay.awaitAgents(1);
            source.send("<13>1 - www app - - - by a server of its own");
            came.expectText(List.of("<13>1 - www app - - - by a server of its own"));
        }
    }

    /** The socket is the service manager's: closed once, it would be gone for the application that comes next. */
    @Test
    void whoDeploysAnewTakesTheSocketOverWithWhatWaitsInIt() throws Exception {
        int total = 12_000;
        Sequence came = new Sequence("anew");
        // Liberty may see one change of the file as two: a run without an agent hands its messages on to the next.
        Path ring = Build.scratch("redeployed-ring").resolve("ring");
        try (RelayServer relay = RelayServer.stock("redeployed-relay", example())
                        .handedOver()
                        .with("relay.backlog.file", ring)
                        .up();
                UdpSink home = new UdpSink(octets -> {
                    if (!new String(octets, StandardCharsets.UTF_8).contains(" backhaul-agent ")) {
                        came.accept(octets);
                    }
                });
                AgentProcess agent = AgentProcess.start("redeployed", home.port(), relay);
                UdpSource source = new UdpSource(relay)) {
            relay.awaitAgents(1);
            CompletableFuture<Void> host = CompletableFuture.runAsync(
                    () -> source.send(0, total, 1_000, number -> Messages.numbered("anew", number)));
            Path log = relay.serverDirectory().resolve("logs/messages.log");
            Path war = relay.serverDirectory().resolve("apps/backhaul-relay.war");
            Path beside = ring.resolveSibling(war.getFileName());
            for (int starts = 2; starts <= 3; starts++) {
                Wait.until("some came", () -> came.count() > 500);
                Files.copy(Build.war(), beside, StandardCopyOption.REPLACE_EXISTING);
                Files.move(beside, war, StandardCopyOption.ATOMIC_MOVE);
                int expected = starts;
                Wait.until("start " + starts, Wait.START, () -> takenOver(log) >= expected);
            }
            host.get();
            came.expect(total, Wait.START);
            assertThat(relay.stop()).isEqualTo(128 + 15);
            assertThat(relay.log()).as("its output was not closed").contains("Relay stopped within");
        }
    }

    private static long takenOver(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("UDP socket taken over from the service manager"))
                .count();
    }

    @Test
    void theDocumentedFeaturesAreThoseOfThePackage() throws IOException {
        String packaged = Files.readString(Build.root().resolve("liberty/src/main/liberty/config/server.xml"));
        assertThat(features(example())).isEqualTo(features(packaged)).isNotEmpty();
    }

    private static List<String> features(String xml) {
        return Pattern.compile("<feature>([^<]*)</feature>")
                .matcher(xml)
                .results()
                .map(feature -> feature.group(1))
                .sorted()
                .toList();
    }
}
