package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Certificates that are renewed or revoked while the packaged relay and the agent's jar are connected. */
class CertificatesIT {
    private static void put(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The serial number of the certificate that the relay shows to a foreign TLS client. */
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

            // The agent's certificate is revoked.
            int from = relay.log().length();
            Ca.shared().revocations(list, Ca.shared().agent("taken-back"));
            relay.process()
                    .awaitLog("Agent disconnected: CN=taken-back.* 2 messages sent.* was revoked on", from, Wait.SOON);
            relay.awaitAgents(0);
            host.send("three");
            relay.process().awaitLog("Agent refused: CN=taken-back.* was revoked on", from, Wait.SOON);
            agent.process().awaitLog("was revoked on");
            Wait.until("three is received", () -> relay.health().number("received") == 3);
            assertThat(relay.health().number("crl-days-left")).isEqualTo(89);
            came.expectText(List.of("one", "two"));
            assertThat(agent.process().isAlive()).as("it goes on trying").isTrue();
        }
    }

    private static final String UNFIT =
            " would refuse it: the certificate of CN=unfit-%s,O=Example,ST=FL,C=US cannot be"
                    + " used for TLS: its keyUsage does not contain digitalSignature, have the CA issue one that does";

    @Test
    void relaySaysTheSameOfAnUnfitCertificateInItsCheckAtAStartAndWhenItRuns() throws IOException {
        Path directory = Build.scratch("unfit");
        Path cert = directory.resolve("relay.crt");
        Path key = directory.resolve("relay.key");
        Machine good = Ca.shared().relay();
        Machine unfit = Ca.shared().withoutDigitalSignature("unfit-relay", "serverAuth");
        String sentence = "relay.tls.cert: " + cert + " cannot be used, every agent" + UNFIT.formatted("relay");
        put(good.cert(), cert);
        put(good.key(), key);
        RelayServer relay =
                RelayServer.named("unfit-relay").with("relay.tls.cert", cert).with("relay.tls.key", key);
        try (relay) {
            relay.start().ready();
            put(unfit.cert(), cert);
            put(unfit.key(), key);
            relay.process()
                    .awaitLog(
                            "Changed certificate files refused, the old ones stay in use: " + Pattern.quote(sentence));
            assertThat(shownSerial(relay)).isEqualTo(serial(good.cert()));
            assertThat(check(relay).expect(78).output()).contains("[FAIL] " + sentence);
            relay.stop();

            relay.start().process().awaitLog(Pattern.quote(sentence));
            put(good.cert(), cert);
            put(good.key(), key);
            relay.ready();
        }
    }

    @Test
    void agentSaysTheSameOfAnUnfitCertificateInItsCheckAtAStartAndWhenItRuns() throws IOException {
        RelayServer relay = RelayServer.shared();
        Machine own = Ca.shared().agent("renewed-badly");
        Machine unfit = Ca.shared().withoutDigitalSignature("unfit-agent", "clientAuth");
        String sentence = own.cert() + " cannot be used, every relay" + UNFIT.formatted("agent");
        try (UdpSink home = new UdpSink(message -> {});
                AgentProcess agent = AgentProcess.start("renewed-badly", home.port(), relay)) {
            relay.awaitAgents(1);
            put(unfit.cert(), own.cert());
            put(unfit.key(), own.key());
            agent.process().awaitLog("those read before stay in use: " + Pattern.quote(sentence));
            agent.process().terminate();
            agent.process().awaitExit(Wait.SOON);
            for (String command : List.of("check", "run")) {
                assertThat(Command.run(
                                        Build.scratch("unfit-agent"),
                                        Map.of(),
                                        List.of(
                                                Path.of(System.getProperty("java.home"), "bin/java")
                                                        .toString(),
                                                "-jar",
                                                Build.agentJar().toString(),
                                                command,
                                                "--relay=" + relay.address(),
                                                "--collector=127.0.0.1:" + home.port(),
                                                "--cert=" + own.cert(),
                                                "--key=" + own.key(),
                                                "--ca=" + own.ca()))
                                .expect(78)
                                .output())
                        .as(command)
                        .contains(sentence);
            }
        }
        relay.awaitAgents(0);
    }

    @Test
    void expiredCertificateThatNobodyNeedsKeepsNobodyOut() throws IOException {
        Path cert = Build.scratch("crossed").resolve("relay.crt");
        Machine machine = Ca.shared().withCrossSignedRoot(Ca.shared().relay());
        put(machine.cert(), cert);
        Received came = new Received();
        RelayServer relay = RelayServer.named("crossed-relay").with("relay.tls.cert", cert);
        try (RelayServer closed = relay.start().ready();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start("crossed", home.port(), relay);
                UdpSource host = new UdpSource(relay)) {
            relay.awaitAgents(1);
            host.send("one");
            came.expectText(List.of("one"));
            assertThat(relay.health().number("certificate-days-left")).isBetween(700L, 900L);
            assertThat(check(relay).expect(0).output()).doesNotContain("[FAIL]");
            assertThat(relay.log()).doesNotContain("expire");
        }
    }

    private static Command check(RelayServer relay) {
        return Command.run(
                Build.scratch("check"),
                relay.environment(),
                List.of(Build.launcher().toString(), "check"));
    }
}
