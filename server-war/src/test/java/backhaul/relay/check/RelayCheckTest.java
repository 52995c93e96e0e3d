package backhaul.relay.check;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.pki.TestCa;
import backhaul.relay.TestRelay;
import backhaul.relay.TestSite;
import backhaul.relay.host.ServiceEnvironment;
import backhaul.relay.host.SystemdSocket;
import backhaul.transport.CheckReport;
import backhaul.transport.FreePort;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code backhaul-relay check} for a server's directory. */
class RelayCheckTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path directory;

    private final Map<String, String> settings = new HashMap<>(TestRelay.settings());
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path file;

    @BeforeEach
    void server() throws IOException {
        file = directory.resolve("relay.properties");
        Files.writeString(directory.resolve("jvm.options"), "-Xmx256m\n-XX:MaxDirectMemorySize=1200m\n");
        settings.put("relay.udp.port", String.valueOf(FreePort.next()));
        settings.put("relay.tls.port", String.valueOf(FreePort.next()));
        settings.put("http.port", String.valueOf(FreePort.next()));
        settings.put("relay.udp.receive-buffer", "64KiB"); // granted everywhere
    }

    @AfterEach
    void show() {
        System.out.print(text());
    }

    private int check(String... lines) throws IOException {
        StringBuilder all = new StringBuilder(String.join("\n", lines)).append('\n');
        settings.forEach(
                (key, value) -> all.append(key).append('=').append(value).append('\n'));
        Files.writeString(file, all, StandardCharsets.UTF_8);
        CheckReport report = new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        return new RelayCheck(directory, environment, report).run();
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<String> steps(String part) {
        return text().lines()
                .map(String::strip)
                .filter(line -> line.contains(part))
                .toList();
    }

    private int port(String key) {
        return Integer.parseInt(settings.get(key));
    }

    @Test
    void everyStepOfAGoodConfigurationIsOkay() throws Exception {
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[FAIL]")).isEmpty();
        assertThat(steps("[warn]")).isEmpty();
        assertThat(text())
                .contains("  [ ok ] set by " + file)
                .contains("it is for DNS:localhost: agents must dial one of these")
                .contains("  [ ok ] the key belongs to the certificate, and the CA file has the CA that issued it")
                .contains("  [ ok ] the certificate is for a relay (serverAuth)")
                .contains("  [ ok ] agents let in: issued by " + TestSite.CA.issuer() + ", no allow-list")
                .contains("  [skip] no revocation list is configured (relay.tls.crl)")
                .contains("  [ ok ] relay.backlog.size needs 36 MiB outside of the heap, of 1.1 GiB")
                .contains("syslog on UDP 127.0.0.1:" + port("relay.udp.port") + ": free")
                .contains("agents on TLS 127.0.0.1:" + port("relay.tls.port") + ": free")
                .contains("health on HTTP 127.0.0.1:" + port("http.port") + ": free")
                .endsWith("All is well.\n");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() throws Exception {
        settings.put("relay.heartbeat", "5");
        settings.put("relay.max-agents", "0");
        settings.put("relay.tls.key", "/nowhere/relay.key");
        settings.put("http.port", "99999");
        assertThat(check("relay.tls.prot=514")).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.heartbeat must be 100ms..1h (units ms, s, m, h), was 5 (" + file + " line "))
                .hasSize(1);
        assertThat(steps("[FAIL] relay.max-agents must be a whole number 1..10000, was 0"))
                .hasSize(1);
        assertThat(steps("[FAIL] " + file + " line 1: there is no key relay.tls.prot; the nearest is relay.tls.port"))
                .hasSize(1);
        assertThat(steps("[FAIL] relay.tls.key: /nowhere/relay.key does not exist"))
                .hasSize(1);
        assertThat(steps("[FAIL] http.port must be a whole number 1..65535, was 99999"))
                .hasSize(1);
        assertThat(steps("[FAIL]")).hasSize(5);
    }

    @Test
    void aWrongHttpPortIsAWrongSetting() throws Exception {
        settings.put("http.port", "http");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]")).hasSize(1);
    }

    @Test
    void whatIsRequiredAndMissingIsSaidAndTheRestIsChecked() throws Exception {
        settings.keySet().removeIf(key -> key.startsWith("relay.tls.") && !key.startsWith("relay.tls.p"));
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]"))
                .containsExactly(
                        "[FAIL] relay.tls.cert is not set: give it the PEM file with the relay's certificate",
                        "[FAIL] relay.tls.key is not set: give it the PEM file with the key of relay.tls.cert",
                        "[FAIL] relay.tls.ca is not set: give it the PEM file with the certificates of your CA",
                        "[FAIL] relay.tls.issuer is not set: give it the name of the CA that issues your agents'"
                                + " certificates, which backhaul-ca show prints");
        assertThat(steps("[skip] the certificate files are checked once")).hasSize(1);
        assertThat(steps(": free")).hasSize(3);
    }

    @Test
    void theEnvironmentCountsWhereTheFileIsSilent() throws Exception {
        settings.remove("relay.tls.cert");
        environment.put("RELAY_TLS_CERT", TestSite.RELAY.certificate().toString());
        environment.put("RELAY_HEARTBEAT", "never");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]"))
                .containsExactly("[FAIL] relay.heartbeat must be 100ms..1h (units ms, s, m, h), was never"
                        + " (RELAY_HEARTBEAT in the environment)");
    }

    @Test
    void theServersOwnEnvironmentIsRead() throws Exception {
        settings.remove("relay.tls.cert");
        environment.put("RELAY_TLS_CERT", "/elsewhere");
        Files.writeString(
                directory.resolve("server.env"), "# remark\nRELAY_TLS_CERT=" + TestSite.RELAY.certificate() + "\n");
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("set by")).containsExactly("[ ok ] set by " + file + ", RELAY_TLS_CERT");
    }

    @Test
    void theEnvironmentCountsBeforeTheFileAndWhatDoesNotCountIsPointedOut() throws Exception {
        environment.put("RELAY_TLS_CERT", settings.get("relay.tls.cert"));
        settings.put("relay.tls.cert", "/elsewhere");
        environment.put("RELAY_MAX_AGENTS", "");
        settings.put("relay.max-agents", "7");
        environment.put("RELAY_TLS_KEY", settings.get("relay.tls.key"));
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[warn]"))
                .singleElement()
                .asString()
                .matches("\\[warn] relay\\.tls\\.cert \\(" + file
                        + " line \\d+\\) does not count: RELAY_TLS_CERT in the" + " environment comes before it");
        assertThat(steps("if relay.max-agents (7) were connected")).hasSize(1);
        assertThat(text()).endsWith("All is well, 1 warning.\n");
    }

    @Test
    void variablesOfTheServerCountBeforeTheEnvironment() throws Exception {
        environment.put("RELAY_MAX_AGENTS", "7");
        Files.writeString(
                directory.resolve("server.xml"),
                "<server><!-- <variable name='relay.tls.prot' value='1'/> -->\n"
                        + "<variable name=\"relay.max-agents\" value=\"8\"/></server>");
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[warn]"))
                .containsExactly(
                        "[warn] RELAY_MAX_AGENTS in the environment does not count: relay.max-agents (a variable of"
                                + " server.xml) comes before it");
        assertThat(steps("if relay.max-agents (8) were connected")).hasSize(1);
        Files.createDirectory(directory.resolve("variables"));
        Files.writeString(directory.resolve("variables/relay.max-agents"), "9\n");
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("if relay.max-agents (9) were connected")).hasSize(1);
    }

    /** As {@code systemctl show --value --property=Environment} has it. */
    @Test
    void whatSystemdHasInTheServicesEnvironmentCounts() throws Exception {
        environment.put("RELAY_MAX_AGENTS", "8");
        environment.put(
                ServiceEnvironment.VARIABLE,
                "JAVA_HOME=/opt/jdk \"RELAY_TLS_ALLOW=cn:a \\\"b\\\"\" RELAY_MAX_AGENTS=9 RELAY_TLS_ALOW=x");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]"))
                .containsExactly(
                        "[FAIL] the environment has RELAY_TLS_ALOW, which is not a setting of the relay: the nearest is"
                                + " RELAY_TLS_ALLOW");
        assertThat(steps("if relay.max-agents (9) were connected")).hasSize(1);
        assertThat(steps("if on the allow-list of 1")).hasSize(1);
    }

    @Test
    void whatServerEnvIsPassedOverForIsSaid() throws Exception {
        for (String line : List.of(
                "export RELAY_TLS_ALLOW=cn:home", " RELAY_TLS_ALLOW=cn:home", "\uFEFFRELAY_TLS_ALLOW=cn:home")) {
            Files.writeString(directory.resolve("server.env"), line + "\r\n# RELAY_TLS_ALLOW=cn:home\n");
            printed.reset();
            assertThat(check()).as(line).isEqualTo(RelayCheck.MISCONFIGURED);
            assertThat(steps("[FAIL]"))
                    .containsExactly("[FAIL] " + directory.resolve("server.env")
                            + " line 1 is ignored by Liberty: begin the line with"
                            + " the name of the variable, followed by =");
        }
        Files.writeString(directory.resolve("server.env"), "# enable_variable_expansion\nRELAY_TLS_ALLOW=$HOME\n");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("server.env line 2: with enable_variable_expansion, its value is not known"))
                .hasSize(1);
    }

    @Test
    void lineEndsOfWindowsAByteOrderMarkAndLettersOfUtf8MeanWhatTheyLookLike() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("Grüße"));
        Path certificate = Files.copy(Path.of(settings.get("relay.tls.cert")), folder.resolve("relay.crt"));
        settings.remove("relay.tls.cert");
        Path key = Files.copy(Path.of(settings.get("relay.tls.key")), folder.resolve("relay.key"));
        settings.remove("relay.tls.key");
        Files.writeString(directory.resolve("server.env"), "RELAY_TLS_KEY=" + key + "\r\n");
        assertThat(check("\uFEFFrelay.max-agents=7\r", "relay.tls.cert=" + certificate + "\r"))
                .isEqualTo(RelayCheck.OK);
        assertThat(steps("if relay.max-agents (7) were connected")).hasSize(1);
    }

    @Test
    void theFileMayBeElsewhere() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("etc")).resolve("relay.properties");
        Files.writeString(
                directory.resolve("bootstrap.properties"),
                "bootstrap.include=" + elsewhere + "\ncom.ibm.ws.logging.max.files=3\n");
        file = elsewhere;
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("set by")).containsExactly("[ ok ] set by " + elsewhere);
        Files.delete(elsewhere);
        CheckReport report = new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        assertThat(new RelayCheck(directory, Map.of(), report).run()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps(directory.resolve("bootstrap.properties") + " names a file that does not exist: " + elsewhere))
                .hasSize(1);
    }

    @Test
    void aLinkIsSaidByWhereItLeads() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("etc")).resolve("relay.properties");
        Files.createSymbolicLink(file, elsewhere);
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("set by")).containsExactly("[ ok ] set by " + elsewhere);
    }

    @Test
    void oneValueMayStandInAnother() throws Exception {
        Path certificate = Path.of(settings.get("relay.tls.cert"));
        settings.put("relay.tls.cert", "${dir}/" + certificate.getFileName());
        settings.put("relay.tls.key", "${DIR:" + settings.get("relay.tls.key") + "}");
        assertThat(check("dir=" + certificate.getParent())).isEqualTo(RelayCheck.OK);
        settings.put("relay.tls.ca", "${nothing}/ca.crt");
        assertThat(check("dir=" + certificate.getParent())).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.tls.ca has ${nothing}, which is not set (" + file))
                .hasSize(1);
    }

    @Test
    void aLetterThatIsWrittenByItsNumberIsFine() throws Exception {
        settings.put("relay.tls.issuer", "/CN=Gr\\u00fc\\u00dfe");
        assertThat(check("# Grüße")).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]"))
                .singleElement()
                .asString()
                .startsWith("[FAIL] relay.tls.issuer is /CN=Gr")
                .contains(", but relay.tls.ca has no certificate of that name");
    }

    @Test
    void aFileThatIncludesItselfIsSaid() throws Exception {
        Files.writeString(directory.resolve("bootstrap.properties"), "bootstrap.include=bootstrap.properties\n");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] " + directory.resolve("bootstrap.properties") + " is included more than once"))
                .hasSize(1);
    }

    @Test
    void filesThatDoNotBelongTogetherAreSaidWithTheirKeys() throws Exception {
        Path other = TestSite.CA.relay("other").issue().key();
        settings.put("relay.tls.key", other.toString());
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.tls.key: " + other + " is not the key of the certificate in "))
                .hasSize(1);
    }

    @Test
    void aCertificateThatNoAgentWouldAcceptIsSaid() throws Exception {
        TestCa.Issued nameless = TestSite.CA.relay("nameless").expired().issue();
        settings.put("relay.tls.cert", nameless.certificate().toString());
        settings.put("relay.tls.key", nameless.key().toString());
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.tls.cert: " + nameless.certificate()
                        + " cannot be used, every agent would refuse it: it has no subjectAltName"))
                .hasSize(1);
        assertThat(steps("[FAIL] it expired on ")).hasSize(1);
    }

    @Test
    void anIssuerThatHasExpiredIsSaidAndWhatElseHasIsNot() throws Exception {
        TestCa agents = TestSite.otherCa("Agents");
        Path authorities = directory.resolve("ca.pem");
        Files.writeString(
                authorities,
                Files.readString(TestSite.CA.caFile())
                        + Files.readString(agents.renewIssuer(Instant.now().minusSeconds(60))));
        settings.put("relay.tls.ca", authorities.toString());
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[skip] emailAddress=ca@example.org,CN=Agents Issuing CA"))
                .singleElement()
                .asString()
                .contains(" expired on ")
                .endsWith("; our own certificate does not need it");
        settings.put("relay.tls.issuer", agents.issuer());
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]"))
                .singleElement()
                .asString()
                .startsWith("[FAIL] relay.tls.issuer " + agents.issuer() + " is not valid without ");
    }

    @Test
    void theIssuerIsAskedForWithTheChoice() throws Exception {
        settings.remove("relay.tls.issuer");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.tls.issuer is not set: "))
                .singleElement()
                .asString()
                .contains(TestSite.CA.issuer());
        settings.put("relay.tls.issuer", "/CN=somebody");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.tls.issuer is /CN=somebody, but relay.tls.ca has no certificate of that name"))
                .hasSize(1);
    }

    @Test
    void aListOfAnotherCaIsSaid() throws Exception {
        TestCa ca = TestSite.otherCa("Test");
        TestCa.Issued relay = ca.relay("relay", "DNS:localhost").issue();
        settings.put("relay.tls.cert", relay.certificate().toString());
        settings.put("relay.tls.key", relay.key().toString());
        settings.put("relay.tls.ca", relay.authorities().toString());
        settings.put("relay.tls.crl", ca.revokeIssuer().toString()); // the root's
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] relay.tls.crl: ")).singleElement().asString().contains("has no revocation list of ");
    }

    @Test
    void aPortThatAnotherProgramHasIsSaidWithItsName() throws Exception {
        try (ServerSocket holder = new ServerSocket(port("relay.tls.port"), 1, LOOPBACK);
                DatagramSocket other = new DatagramSocket(port("relay.udp.port"), LOOPBACK)) {
            assertThat(check()).isEqualTo(RelayCheck.FAILED);
            assertThat(steps("[FAIL]"))
                    .containsExactly(
                            "[FAIL] syslog on UDP 127.0.0.1:" + other.getLocalPort()
                                    + ": another program has this port,"
                                    + " java (process "
                                    + ProcessHandle.current().pid()
                                    + "): stop it or change relay.udp.port",
                            "[FAIL] agents on TLS 127.0.0.1:" + holder.getLocalPort()
                                    + ": another program has this port,"
                                    + " java (process "
                                    + ProcessHandle.current().pid()
                                    + "): stop it or change relay.tls.port");
        }
    }

    @Test
    void thePortsOfTheRelayThatIsRunningAreItsOwn() throws Exception {
        HttpServer http = HttpServer.create(new InetSocketAddress(LOOPBACK, port("http.port")), 1);
        byte[] ready = ("{\"checks\":[{\"data\":{\"listening\":\"syslog on UDP 127.0.0.1:" + port("relay.udp.port")
                        + ", agents on TLS 127.0.0.1:" + port("relay.tls.port") + "\"}}]}")
                .getBytes(StandardCharsets.UTF_8);
        http.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, ready.length);
            exchange.getResponseBody().write(ready);
            exchange.close();
        });
        http.start();
        try (ServerSocket tls = new ServerSocket(port("relay.tls.port"), 1, LOOPBACK);
                DatagramSocket udp = new DatagramSocket(port("relay.udp.port"), LOOPBACK)) {
            assertThat(check()).isEqualTo(RelayCheck.OK);
            assertThat(steps(": the running relay has it")).hasSize(3);
            assertThat(tls.isClosed() || udp.isClosed()).isFalse();
        } finally {
            http.stop(0);
        }
    }

    /** The output of {@code systemctl show} for the socket's unit. */
    private void socket(String state, int port) {
        environment.put(
                SystemdSocket.VARIABLE,
                "ActiveState=" + state + "\nReceiveBuffer=33554432\nListen=127.0.0.1:" + port + " (Datagram)\n");
    }

    @Test
    void thePortThatSystemdHasForTheRelayIsNoOtherProgram() throws Exception {
        socket("active", port("relay.udp.port"));
        try (DatagramSocket held = new DatagramSocket(port("relay.udp.port"), LOOPBACK)) {
            assertThat(check()).isEqualTo(RelayCheck.OK);
            assertThat(steps("[ ok ] syslog on UDP 127.0.0.1:" + held.getLocalPort()
                            + ": backhaul-relay.socket holds it for the relay"))
                    .hasSize(1);
            assertThat(steps("[warn]")).isEmpty();
        }
    }

    @Test
    void settingsThatAreNotWhereSystemdsSocketIsAreSaid() throws Exception {
        int elsewhere = FreePort.next();
        socket("inactive", elsewhere);
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[warn]"))
                .singleElement()
                .asString()
                .startsWith("[warn] relay.udp.address and relay.udp.port are 127.0.0.1:" + port("relay.udp.port")
                        + ", but systemd's socket is 127.0.0.1:" + elsewhere + ", and the socket counts:")
                .contains("systemctl edit backhaul-relay.socket");
        assertThat(steps("syslog on UDP 127.0.0.1:" + elsewhere + ": free")).hasSize(1);
    }

    @Test
    void anotherProgramOnThePortOfASocketThatIsNotActiveIsSaid() throws Exception {
        socket("failed", port("relay.udp.port"));
        try (DatagramSocket other = new DatagramSocket(port("relay.udp.port"), LOOPBACK)) {
            assertThat(check()).isEqualTo(RelayCheck.FAILED);
            assertThat(steps("[FAIL] syslog on UDP 127.0.0.1:" + other.getLocalPort()
                            + ": another program has this port"))
                    .hasSize(1);
        }
    }

    @Test
    void theReceiveBufferOfSystemdsSocketMayBeMoreThanTheSysctl() throws Exception {
        settings.put("relay.udp.receive-buffer", "32MiB");
        socket("active", port("relay.udp.port"));
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[ ok ] the kernel grants the 32 MiB of relay.udp.receive-buffer"))
                .hasSize(1);
        settings.put("relay.udp.receive-buffer", "1GiB");
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[warn] The kernel granted 33554432 of the 1073741824 bytes"))
                .singleElement()
                .asString()
                .contains("set ReceiveBuffer=1073741824 with systemctl edit backhaul-relay.socket");
    }

    @Test
    void anAddressThatThisMachineHasNotIsSaid() throws Exception {
        settings.put("relay.tls.address", "192.0.2.1");
        assertThat(check()).isEqualTo(RelayCheck.FAILED);
        assertThat(steps("[FAIL]"))
                .containsExactly("[FAIL] relay.tls.address and relay.tls.port: cannot listen on 192.0.2.1:"
                        + port("relay.tls.port") + ": this machine does not have that address");
    }

    @Test
    void aReceiveBufferThatTheKernelDoesNotGrantIsAWarningWithTheSysctl() throws Exception {
        settings.put("relay.udp.receive-buffer", "1GiB");
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[warn] The kernel granted "))
                .singleElement()
                .asString()
                .contains("set the sysctl net.core.rmem_max=1073741824 and restart");
    }

    @Test
    void aBacklogThatTheMemoryCannotHoldIsSaidWithTheOption() throws Exception {
        settings.put("relay.backlog.size", "1GiB");
        Files.writeString(directory.resolve("jvm.options"), "-Xmx128m\n-Xmx64m\n-XX:MaxDirectMemorySize=512m\n");
        assertThat(check()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]"))
                .containsExactly(
                        "[FAIL] relay.backlog.size needs 1.1 GiB outside of the heap, but -XX:MaxDirectMemorySize allows"
                                + " 512 MiB: make relay.backlog.size smaller, or raise -XX:MaxDirectMemorySize in "
                                + directory.resolve("jvm.options"),
                        "[FAIL] Liberty needs 80 MiB of heap, but -Xmx allows 64 MiB: raise -Xmx in "
                                + directory.resolve("jvm.options"));
    }

    @Test
    void aPlaceWhereTheRingCannotBeIsAWarning() throws Exception {
        settings.put("relay.backlog.file", directory.resolve("nowhere/ring").toString());
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps("[warn] relay.backlog.file"))
                .containsExactly("[warn] relay.backlog.file: " + directory
                        + "/nowhere/ring cannot be made: its folder does not exist. The ring would be kept in memory");
    }

    @Test
    void moreAgentsThanTheMemoryIsForAreAWarning() throws Exception {
        settings.put("relay.max-agents", "10000");
        assertThat(check()).isEqualTo(RelayCheck.OK);
        assertThat(steps(
                        "[warn] relay.max-agents (10000) needs 1.2 GiB of heap, but the 256 MiB of -Xmx have room for 1408 agents: lower"
                                + " it, or raise -Xmx in jvm.options"))
                .hasSize(1);
    }

    @Test
    void thereMayBeNoConfigurationAtAll() throws Exception {
        CheckReport report = new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        assertThat(new RelayCheck(directory, Map.of("RELAY_UDP_PORT", "0", "RELAY_TLS_PORT", "0"), report).run())
                .isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL]")).hasSize(4).allMatch(step -> step.contains(" is not set: give it "));
    }

    @Test
    void aLinkThatLeadsNowhereIsSaid() throws Exception {
        Path gone = directory.resolve("etc/relay.properties");
        Files.createSymbolicLink(file, gone);
        CheckReport report = new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        assertThat(new RelayCheck(directory, Map.of(), report).run()).isEqualTo(RelayCheck.MISCONFIGURED);
        assertThat(steps("[FAIL] " + file + " names a file that does not exist: " + gone))
                .hasSize(1);
    }
}
