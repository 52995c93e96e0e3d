package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Certificates that are renewed or taken back while the packaged relay and the agent's jar are connected. */
class CertificatesIT {
    private static void put(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The serial number of what the relay shows to a foreign TLS client. */
    private static String shownSerial(RelayServer relay) {
        return Command.run(
                        Build.scratch("shown"),
                        Map.of(),
                        List.of(
                                "sh",
                                "-c",
                                "openssl s_client -connect " + relay.address() + " -CAfile "
                                        + Ca.shared().trust()
                                        + " </dev/null 2>/dev/null | openssl x509 -noout -serial"))
                .expect(0)
                .output();
    }

    private static String serial(Path certificate) {
        return Command.run(
                        Build.scratch("serial"),
                        Map.of(),
                        List.of("openssl", "x509", "-noout", "-serial", "-in", certificate.toString()))
                .expect(0)
                .output();
    }

    @Test
    void renewedCertificateIsTakenUpAndRevokedAgentIsEnded() throws IOException {
        Path directory = Build.scratch("certificates");
        Path cert = directory.resolve("relay.crt");
        Path key = directory.resolve("relay.key");
        Path list = directory.resolve("crl.pem");
        Machine first = Ca.shared().relay();
        Machine renewed = Ca.shared().relay("127.0.0.1");
        put(first.cert(), cert);
        put(first.key(), key);
        Ca.shared().revocations(list);
        RelayServer relay = RelayServer.named("certificates-relay")
                .with("relay.tls.cert", cert)
                .with("relay.tls.key", key)
                .with("relay.tls.crl", list);
        Received came = new Received();
        try (RelayServer closed = relay.start().ready();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("taken-back", home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send("one");
            came.expectText(List.of("one"));
            assertThat(relay.log())
                    .contains("Own certificate: names ", "relay.tls.key belongs to it")
                    .contains("Agents let in: issued by /", "2 revocation lists naming 0 certificates, good until ");
            assertThat(shownSerial(relay)).isEqualTo(serial(first.cert()));

            // A renewed certificate: at first without its key, which is refused, then with it.
            put(renewed.cert(), cert);
            relay.process().awaitLog("Changed certificate files refused, the old ones stay in use: .*relay\\.key");
            assertThat(relay.health().isUp()).isTrue();
            assertThat(relay.health().body())
                    .contains("\"certificates-problem\":", "is not the key of the certificate");
            assertThat(shownSerial(relay)).isEqualTo(serial(first.cert()));
            put(renewed.key(), key);
            relay.process().awaitLog("Changed certificate files taken up: CN=127\\.0\\.0\\.1,");
            assertThat(relay.health().body()).doesNotContain("certificates-problem");
            assertThat(shownSerial(relay)).isEqualTo(serial(renewed.cert()));
            host.send("two");
            came.expectText(List.of("one", "two"));
            assertThat(relay.log()).doesNotContain("Agent disconnected");

            // The agent's certificate is taken back.
            int from = relay.log().length();
            Ca.shared().revocations(list, Ca.shared().agent("taken-back"));
            relay.process()
                    .awaitLog(
                            "Agent disconnected: CN=taken-back.* 2 messages sent.* is revoked since", from, Wait.SOON);
            relay.awaitAgents(0);
            host.send("three");
            relay.process().awaitLog("Agent refused: CN=taken-back.* is revoked since", from, Wait.SOON);
            agent.process().awaitLog("is revoked since");
            Wait.until("three is received", () -> relay.health().number("received") == 3);
            assertThat(relay.health().number("crl-days-left")).isEqualTo(89);
            came.expectText(List.of("one", "two"));
            assertThat(agent.process().isAlive()).as("it goes on trying").isTrue();
        }
    }
}
