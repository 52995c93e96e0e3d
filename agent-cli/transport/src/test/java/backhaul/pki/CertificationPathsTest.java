package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificationPathsTest {
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path directory;

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    @Test
    void aCertificateEndsWithItsIssuerIfThatEndsFirst() throws Exception {
        TestCa ca = TestCa.create(directory);
        X509Certificate leaf = ca.agent("home").days(20).issue().credentials().certificate();
        Instant soon = NOW.plus(Duration.ofDays(3));
        List<X509Certificate> ending = Pem.certificates(ca.renewIssuer(soon));

        assertThat(CertificationPaths.until(List.of(leaf), Pem.certificates(ca.caFile())))
                .isEqualTo(end(leaf));
        assertThat(CertificationPaths.until(List.of(leaf), ending)).isEqualTo(soon);
    }

    /** There are 12! paths through it. */
    @Test
    void aChainOfManyThatCouldAllHaveIssuedEachOtherIsSoonJudged() throws Exception {
        TestCa ca = TestCa.create(directory);
        TestCa.openssl(directory, "genpkey -algorithm ed25519 -out x.key");
        List<X509Certificate> chain = new ArrayList<>();
        for (int days = 1; days <= 12; days++) {
            TestCa.openssl(directory, "req -x509 -key x.key -subj /CN=X -out x.pem -days " + days);
            chain.addAll(Pem.certificates(directory.resolve("x.pem")));
        }
        assertThat(CertificationPaths.until(chain, Pem.certificates(ca.caFile())))
                .isEqualTo(Instant.MIN);
    }

    @Test
    void anIssuerThatWasRenewedCountsByItsNewCertificate() throws Exception {
        TestCa ca = TestCa.create(directory);
        TestCa.Issued home = ca.agent("home").days(20).issue();
        Path both = directory.resolve("both.pem");
        Files.writeString(
                both, Files.readString(ca.renewIssuer(NOW.minusSeconds(60))) + Files.readString(ca.issuerFile()));
        Credentials relay = Credentials.load(home.certificate(), home.key(), null, both);

        List<X509Certificate> leaf = List.of(relay.certificate());
        assertThat(relay.until(leaf)).isEqualTo(end(relay.certificate()));
        assertThatCode(() -> relay.checkClient(leaf)).doesNotThrowAnyException();
    }

    @Test
    void aTopThatHasExpiredVouchesForNobodyAlthoughItsIssuerIsGood() throws Exception {
        TestCa ca = TestCa.create(directory);
        TestCa.Issued home = ca.agent("home").issue();
        Path old = ca.renewRoot(NOW.minus(Duration.ofDays(1)));
        Path authorities = directory.resolve("old-ca.pem");
        Files.writeString(authorities, Files.readString(ca.issuerFile()) + Files.readString(old));
        Credentials relay = Credentials.load(home.certificate(), home.key(), null, authorities);

        assertThat(relay.until(relay.chain()))
                .isEqualTo(end(Pem.certificates(old).get(0)));
        assertThatThrownBy(() -> relay.checkClient(relay.chain()))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("Test Root CA")
                .hasMessageContaining("has expired");
    }

    @Test
    void aRootAndItsSuccessorWithTheSameKeyAreBothTops() throws Exception {
        TestCa ca = TestCa.create(directory);
        TestCa.Issued home = ca.agent("home").issue();
        Path both = directory.resolve("both-roots.pem");
        Files.writeString(
                both, Files.readString(ca.caFile()) + Files.readString(ca.renewRoot(NOW.plus(Duration.ofDays(9000)))));
        Credentials relay = Credentials.load(home.certificate(), home.key(), null, both);

        assertThat(relay.tops()).hasSize(2);
        assertThatCode(() -> relay.checkClient(relay.chain())).doesNotThrowAnyException();
    }

    @Test
    void whatLeadsToNoTopIsGoodForNoTime() throws Exception {
        X509Certificate stranger = TestCa.create(directory, "Stranger")
                .agent("home")
                .issue()
                .credentials()
                .certificate();
        List<X509Certificate> authorities =
                Pem.certificates(TestCa.create(directory).caFile());
        assertThat(CertificationPaths.until(List.of(stranger), authorities)).isEqualTo(Instant.MIN);
    }
}
