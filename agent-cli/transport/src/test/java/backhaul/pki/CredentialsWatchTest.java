package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.pki.CredentialsWatch.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsWatchTest {
    @TempDir
    Path directory;

    private TestCa ca;
    private Path certificate;
    private Path key;
    private Path authorities;
    private CredentialsWatch watch;

    @BeforeEach
    void watchASet() throws IOException {
        ca = TestCa.create(directory);
        certificate = directory.resolve("relay.pem");
        key = directory.resolve("relay.key");
        authorities = directory.resolve("ca.pem");
        TestCa.Issued relay = ca.relay("first").issue();
        Files.copy(relay.certificate(), certificate);
        Files.copy(relay.key(), key);
        Files.copy(relay.authorities(), authorities);
        watch = CredentialsWatch.open(
                List.of(certificate, key, authorities),
                former -> Credentials.load(certificate, key, null, authorities));
    }

    private static void put(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private Change settled() {
        assertThat(watch.look()).isEqualTo(Change.NONE);
        return watch.look();
    }

    private String name() {
        return Certificates.name(watch.current().certificate().getSubjectX500Principal());
    }

    @Test
    void whatHasNotChangedIsNotReadAgain() {
        Credentials before = watch.current();
        assertThat(settled()).isEqualTo(Change.NONE);
        assertThat(watch.current()).isSameAs(before);
    }

    @Test
    void aNewSetIsTakenOnceItIsWritten() throws IOException {
        TestCa.Issued renewed = ca.relay("second").issue();
        put(renewed.certificate(), certificate);
        assertThat(watch.look())
                .as("the certificate is there, its key is not yet")
                .isEqualTo(Change.NONE);
        assertThat(watch.isSettling()).as("the next look is due soon").isTrue();
        put(renewed.key(), key);
        assertThat(settled()).isEqualTo(Change.TAKEN);
        assertThat(watch.isSettling()).isFalse();
        assertThat(name()).isEqualTo("CN=second,O=Example");
        assertThat(watch.problem()).isNull();
        assertThat(settled()).isEqualTo(Change.NONE);
    }

    @Test
    void aBadSetIsRefusedOnceAndTheOldOneStays() throws IOException {
        put(ca.relay("second").issue().certificate(), certificate);
        assertThat(settled()).isEqualTo(Change.REFUSED);
        assertThat(name()).isEqualTo("CN=first,O=Example");
        assertThat(watch.problem()).contains("is not the key of the certificate");
        assertThat(settled()).as("reported once").isEqualTo(Change.NONE);
        assertThat(watch.problem()).isNotNull();
    }

    @Test
    void aFileThatIsGoneIsAProblemUntilItIsBack() throws IOException {
        Path aside = Files.move(key, directory.resolve("aside"));
        assertThat(settled()).isEqualTo(Change.REFUSED);
        assertThat(watch.problem()).contains("does not exist");
        Files.move(aside, key);
        assertThat(settled()).isEqualTo(Change.TAKEN);
        assertThat(watch.problem()).isNull();
    }

    @Test
    void aProblemThatGoesAwayWithoutAnyFileChangingIsSeen() throws IOException {
        boolean[] readable = {true};
        watch = CredentialsWatch.open(List.of(certificate), former -> {
            if (!readable[0]) {
                throw new IOException("may not be read");
            }
            return Credentials.load(certificate, key, null, authorities);
        });
        readable[0] = false;
        put(ca.relay("second").issue().certificate(), certificate);
        put(ca.relay("third").issue().key(), key);
        assertThat(settled()).isEqualTo(Change.REFUSED);
        assertThat(watch.look()).as("the same words again").isEqualTo(Change.NONE);
        readable[0] = true; // as after chmod
        assertThat(watch.look()).as("other words").isEqualTo(Change.REFUSED);
        assertThat(watch.problem()).contains("is not the key of the certificate");
        TestCa.Issued right = ca.relay("fourth").issue();
        put(right.key(), key);
        put(right.certificate(), certificate);
        assertThat(settled()).isEqualTo(Change.TAKEN);
    }

    @Test
    void aFaultOfTheReaderIsAProblemLikeAnother() throws IOException {
        boolean[] broken = {false};
        watch = CredentialsWatch.open(List.of(certificate), former -> {
            if (broken[0]) {
                throw new IllegalStateException("no such algorithm");
            }
            return Credentials.load(certificate, key, null, authorities);
        });
        broken[0] = true;
        put(ca.relay("second").issue().certificate(), certificate);
        assertThat(settled()).isEqualTo(Change.REFUSED);
        assertThat(watch.problem()).contains("no such algorithm");
    }

    @Test
    void filesThatComeByRenamingAreSeen() throws IOException {
        TestCa.Issued renewed = ca.relay("second").issue();
        Files.move(renewed.key(), key, StandardCopyOption.ATOMIC_MOVE);
        Files.move(renewed.certificate(), certificate, StandardCopyOption.ATOMIC_MOVE);
        assertThat(settled()).isEqualTo(Change.TAKEN);
        assertThat(name()).isEqualTo("CN=second,O=Example");
    }

    @Test
    void aLinkThatPointsElsewhereIsSeen() throws IOException {
        TestCa.Issued renewed = ca.relay("second").issue();
        Files.delete(key);
        Files.createSymbolicLink(key, renewed.key());
        Files.delete(certificate);
        Files.createSymbolicLink(certificate, renewed.certificate());
        assertThat(settled()).isEqualTo(Change.TAKEN);
        assertThat(name()).isEqualTo("CN=second,O=Example");
    }

    @Test
    void withoutAFirstSetThereIsNothingToWatch() {
        assertThatThrownBy(() -> CredentialsWatch.open(
                        List.of(), former -> Credentials.load(directory.resolve("none"), key, null, authorities)))
                .isInstanceOf(PemException.class);
    }
}
