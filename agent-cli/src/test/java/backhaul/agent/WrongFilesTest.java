package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import backhaul.pki.ExpiryWatch;
import backhaul.pki.NeedlessFiles;
import backhaul.pki.TestCa;
import backhaul.pki.TlsFailure.Side;
import backhaul.pki.WrongFiles;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the check says of wrong files, what a start says, and what is said when they come while the agent runs. */
class WrongFilesTest {
    @TempDir
    private static Path shared;

    private static TestCa.Issued home;

    @TempDir
    private Path directory;

    private final Map<Setting, List<String>> flags = new EnumMap<>(Setting.class);
    private Path certificate;
    private Path key;
    private Path authorities;

    static List<WrongFiles> all() {
        return Arrays.stream(WrongFiles.values())
                .filter(files -> files.is(Side.AGENT))
                .toList();
    }

    @BeforeAll
    static void issue() {
        home = TestCa.create(shared).agent("home").issue();
    }

    @BeforeEach
    void goodFiles() throws IOException {
        certificate = put(home.certificate(), Setting.CERT);
        key = put(home.key(), Setting.KEY);
        authorities = put(home.authorities(), Setting.CA);
        flags.put(Setting.RELAY, List.of("127.0.0.1:" + FreePort.next()));
        flags.put(Setting.COLLECTOR, List.of("127.0.0.1:" + FreePort.next()));
    }

    private Path put(Path from, Setting setting) throws IOException {
        Path to = directory.resolve(setting.key() + ".pem");
        flags.put(setting, List.of(to.toString()));
        return Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @ParameterizedTest
    @MethodSource("all")
    void checkStartAndReloadSayTheSameAndTheGoodSetStaysInUse(WrongFiles files) throws Exception {
        AgentConfig config = AgentConfig.from(flags, Map.of());
        CredentialsWatch watch = config.credentials();
        Credentials good = watch.current();

        files.put(Side.AGENT, certificate, key, authorities);
        watch.look();
        assertThat(watch.look()).isEqualTo(CredentialsWatch.Change.REFUSED);
        String sentence = watch.problem();
        assertThat(sentence).contains(files.words()).contains(": ");
        assertThat(watch.current()).isSameAs(good);

        if (files.dated()) {
            // It starts, since a clock may be set later.
            String untimely = config.credentials().current().untimely(Instant.now());
            assertThat(sentence).isEqualTo(certificate + " " + untimely);
            String date = sentence.substring(
                    sentence.lastIndexOf(files == WrongFiles.NOT_YET_VALID ? " is not" : " expired"));
            assertThat(failures()).anyMatch(line -> line.contains(date));
        } else {
            assertThat(catchThrowable(config::credentials)).hasMessage(sentence);
            assertThat(failures()).contains("[FAIL] " + sentence);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatNoWayUpNeedsIsNoReasonForAnyOfThem(NeedlessFiles files) throws Exception {
        AgentConfig config = AgentConfig.from(flags, Map.of());
        CredentialsWatch watch = config.credentials();
        files.put(Side.AGENT, certificate, key, authorities);
        watch.look();
        assertThat(watch.look()).isEqualTo(CredentialsWatch.Change.TAKEN);
        for (Credentials own : List.of(watch.current(), config.credentials().current())) {
            assertThat(own.untimely(Instant.now())).isNull();
            assertThat(new ExpiryWatch().due(own, Instant.now())).isEmpty();
            own.checkClient(own.chain()); // as a relay does
        }
        assertThat(failures()).noneMatch(line -> line.contains(".pem") || line.contains("xpire"));
    }

    private List<String> failures() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        CheckReport report = new CheckReport(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
        new AgentCheck(flags, Map.of(), report).run(false);
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("[FAIL]"))
                .toList();
    }
}
