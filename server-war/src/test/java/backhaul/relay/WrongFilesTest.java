package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch.Change;
import backhaul.pki.NeedlessFiles;
import backhaul.pki.TlsFailure.Side;
import backhaul.pki.WrongFiles;
import backhaul.relay.check.RelayCheck;
import backhaul.relay.settings.RelayConfig;
import backhaul.transport.CheckReport;
import backhaul.transport.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reports about wrong files: by the check, at a start, and when they come while the relay runs. */
class WrongFilesTest {
    @TempDir
    private Path directory;

    private final Map<String, String> settings = TestRelay.settings();
    private Path certificate;
    private Path key;
    private Path authorities;

    static List<WrongFiles> all() {
        return Arrays.stream(WrongFiles.values())
                .filter(files -> files.is(Side.RELAY))
                .toList();
    }

    @BeforeEach
    void goodFiles() throws IOException {
        certificate = put(TestSite.RELAY.certificate(), "relay.tls.cert");
        key = put(TestSite.RELAY.key(), "relay.tls.key");
        authorities = put(TestSite.RELAY.authorities(), "relay.tls.ca");
        for (String port : List.of("relay.udp.port", "relay.tls.port", "http.port")) {
            settings.put(port, String.valueOf(FreePort.next()));
        }
    }

    private Path put(Path from, String setting) throws IOException {
        Path to = directory.resolve(setting + ".pem");
        settings.put(setting, to.toString());
        return Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @ParameterizedTest
    @MethodSource("all")
    void checkStartAndReloadSayTheSameAndTheGoodSetStaysInUse(WrongFiles files) throws Exception {
        RelayConfig config = TestRelay.config(settings);
        TrustWatch watch = TrustWatch.open(config);
        Credentials good = watch.current().credentials();

        files.put(Side.RELAY, certificate, key, authorities);
        watch.look();
        assertThat(watch.look()).isEqualTo(Change.REFUSED);
        String sentence = watch.refusal();
        assertThat(sentence).contains(files.words()).contains(": ");
        assertThat(watch.current().credentials()).isSameAs(good);

        if (files.dated()) {
            // It starts, because a clock may be set later, and is not ready until then.
            String problem = TrustWatch.open(config).current().problem(Instant.now());
            assertThat(sentence).isEqualTo(problem.replace("relay.tls.cert ", "relay.tls.cert: " + certificate + " "));
            String date =
                    problem.substring(problem.lastIndexOf(files == WrongFiles.NOT_YET_VALID ? " is not" : " expired"));
            assertThat(failures()).anyMatch(line -> line.contains(date));
        } else {
            assertThat(catchThrowable(() -> TrustWatch.open(config))).hasMessage(sentence);
            assertThat(failures()).containsExactly("[FAIL] " + sentence);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatNoWayUpNeedsIsNoReasonForAnyOfThem(NeedlessFiles files) throws Exception {
        try (TestRelay relay = new TestRelay(settings)) {
            files.put(Side.RELAY, certificate, key, authorities);
            relay.reload();
            relay.awaitLog("Changed certificate files taken up: CN=renewed,O=Example");
            assertThat(relay.relay.status().problem()).isNull();
            assertThat(relay.relay.status().concern()).isNull();
            assertThat(relay.relay.status().remarks())
                    .noneMatch(remark -> remark.sentence().contains("xpire"));
            assertThat(relay.relay.status().identity().certificateDaysLeft()).isEqualTo(89);
            assertThat(relay.relay.status().identity().authoritiesDaysLeft()).isGreaterThan(89);
            assertThat(relay.log).noneMatch(line -> line.contains("xpire"));
            Credentials own = relay.relay.trust().credentials();
            own.checkServer(own.chain()); // as an agent does
        }
        assertThat(TrustWatch.open(TestRelay.config(settings)).due(Instant.now()))
                .isEmpty();
        assertThat(failures(RelayCheck.OK)).isEmpty();
    }

    private List<String> failures() throws IOException {
        return failures(RelayCheck.MISCONFIGURED);
    }

    private List<String> failures(int status) throws IOException {
        StringBuilder lines = new StringBuilder();
        settings.forEach(
                (name, value) -> lines.append(name).append('=').append(value).append('\n'));
        Files.writeString(directory.resolve("relay.properties"), lines);
        Files.writeString(directory.resolve("bootstrap.properties"), "bootstrap.include=relay.properties\n");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        CheckReport report = new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        assertThat(new RelayCheck(directory, Map.of(), report).run()).isEqualTo(status);
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("[FAIL]"))
                .toList();
    }
}
