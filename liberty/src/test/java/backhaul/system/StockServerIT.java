package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The WAR by itself, in a Liberty that knows nothing of the relay. */
@Tag("shell")
class StockServerIT {
    private static final Pattern EXAMPLE =
            Pattern.compile("(?s)## The WAR in a Liberty of your own\n.*?```xml\n(.*?)```\n");

    /** The server.xml of OPERATING.md as it stands there; the port comes from the environment, as for the package. */
    @Test
    void theWarRelaysInAServerWithNothingButTheDocumentedFeatures() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Build.root().resolve("liberty/OPERATING.md")));
        assertThat(example.find()).as("OPERATING.md has a server.xml").isTrue();
        Received came = new Received();
        try (RelayServer relay =
                        RelayServer.stock("stock-relay", example.group(1)).up();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("stock", home.port(), relay);
                UdpSource source = new UdpSource(relay)) {
            relay.awaitAgents(1);
            source.send("<13>1 - www app - - - by a server of its own");
            came.expectText(List.of("<13>1 - www app - - - by a server of its own"));
        }
    }

    @Test
    void theDocumentedFeaturesAreThoseOfThePackage() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Build.root().resolve("liberty/OPERATING.md")));
        assertThat(example.find()).isTrue();
        String packaged = Files.readString(Build.root().resolve("liberty/src/main/liberty/config/server.xml"));
        assertThat(features(example.group(1))).isEqualTo(features(packaged)).isNotEmpty();
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
