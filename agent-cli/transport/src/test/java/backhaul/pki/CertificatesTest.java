package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    @TempDir
    static Path directory;

    private static TestCa ca;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
    }

    @Test
    void descriptionNamesSubjectSerialIssuerAndEnd() {
        X509Certificate certificate = ca.agent("home")
                .valid(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2099-01-31T12:00:00Z"))
                .issue()
                .credentials()
                .certificate();
        assertThat(Certificates.describe(certificate))
                .matches("CN=home,O=Example \\(serial [0-9a-f]{1,40}, issued by emailAddress=ca@example.org,CN=Test"
                        + " Issuing CA,O=Test\\\\, Inc.,ST=FL,C=US, valid until 2099-01-31\\)");
    }

    @Test
    void descriptionOfAHostileNameIsOneBoundedLine() {
        String hostile = "/O=" + "x\n<13>forged\u001b[2J".repeat(3) + "/OU=" + "y".repeat(64) + "/OU=" + "z".repeat(64);
        X509Certificate certificate =
                ca.agent("x").subject(hostile).issue().credentials().certificate();
        assertThat(Certificates.describe(certificate))
                .hasSizeLessThan(500)
                .contains("…")
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void fingerprintIsTheOneOfOpenssl() {
        TestCa.Issued issued = ca.agent("home").issue();
        String printed = TestCa.openssl(directory, "x509 -noout -fingerprint -sha256 -in " + issued.leaf());
        assertThat(printed.strip())
                .endsWith("=" + Certificates.fingerprint(issued.credentials().certificate()));
    }
}
