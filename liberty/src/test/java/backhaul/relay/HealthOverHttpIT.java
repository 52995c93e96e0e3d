package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The unchanged archive on a server, seen from outside. */
@ExtendWith(ArquillianExtension.class)
class HealthOverHttpIT {
    private static final int PORT = Integer.getInteger("arquillian.http.port");

    @Deployment(testable = false)
    static WebArchive archive() {
        return ShrinkWrap.create(ZipImporter.class, "backhaul-relay.war")
                .importFrom(new File(System.getProperty("backhaul.war")))
                .as(WebArchive.class);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void eachHealthEndpointAnswersUp() throws Exception {
        for (String check : List.of("started", "live", "ready")) {
            HttpResponse<String> answer = get("/health/" + check);
            assertThat(answer.statusCode()).as(check).isEqualTo(200);
            assertThat(answer.body()).contains("\"name\":\"relay\"", "\"status\":\"UP\"");
        }
    }

    @Test
    void readinessHasTheNumbers() throws Exception {
        assertThat(get("/health/ready").body())
                .contains("\"agents\":0", "\"queue-fill-percent\":0", "\"lost\":0", "\"certificate-days-left\":82");
    }

    @Test
    void readinessSaysWhoTheRelayIsAndWhomItLetsIn() throws Exception {
        assertThat(get("/health/ready").body())
                .containsPattern("\"certificate\":\"CN=localhost,O=Backhaul tests \\(serial ")
                .containsPattern(
                        "\"certificate-shows\":\"names DNS:localhost, IP:127.0.0.1; chain CN=localhost.* < CN=")
                .contains(
                        "\"agents-let-in\":\"issued by /O=Backhaul tests/CN=Backhaul Intermediate CA, no allow-list\"")
                .contains("\"ca\":\"CN=Backhaul ", "\"ca-days-left\":", "\"crl\":\"no revocation list\"")
                .containsPattern("\"listening\":\"syslog on UDP 127.0.0.1:\\d+, agents on TLS 127.0.0.1:\\d+\"")
                .doesNotContain("certificates-problem", "crl-days-left");
    }

    @Test
    void statusHasTheBooks() throws Exception {
        // Arquillian deploys under the archive's name; the packaged server has it at the root.
        HttpResponse<String> answer = get("/backhaul-relay/status");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body())
                .contains("\"dropped-by-kernel\":0", "\"agents\":[]", "\"departed\":[]")
                .containsPattern("\"received\":\\d+,") // the ring may be that of another test's relay
                .containsPattern("\"certificate-days-left\":82\\d,\"ca-days-left\":\\d{4}")
                .containsPattern("\"stream\":\"[0-9a-f]{16}\"");
    }

    @Test
    void httpAnswersOnLoopbackOnly() throws Exception {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        for (InetAddress address : others) {
            try (Socket socket = new Socket()) {
                Assertions.assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, PORT), 5_000))
                        .isInstanceOf(ConnectException.class);
            }
        }
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }
}
