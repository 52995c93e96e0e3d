package backhaul.pki;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay's name, in certificates of OpenSSL. */
class RelayNameTest {
    @TempDir
    static Path directory;

    private static TestCa ca;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
    }

    /** The fault, which continues a sentence that begins with "the certificate of the relay"; null if there is none. */
    private static String problem(String dialled, String... names) {
        X509Certificate certificate =
                ca.relay("relay.example.org", names).issue().credentials().certificate();
        try {
            Credentials.checkName(certificate, dialled);
            return null;
        } catch (CertificateException e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "relay.example.org, DNS:relay.example.org",
        "RELAY.example.ORG, DNS:relay.Example.org",
        "relay.example.org, 'DNS:other.example.org,DNS:relay.example.org,IP:192.0.2.1'",
        "my_nas, DNS:my_nas",
        "bücher.example, DNS:xn--bcher-kva.example",
        "192.0.2.1, IP:192.0.2.1",
        "2001:db8::1, IP:2001:DB8:0:0:0:0:0:1",
        "2001:db8:0::1, 'DNS:relay.example.org,IP:2001:db8::1'"
    })
    void aNameThatStandsThereIsTaken(String dialled, String names) {
        assertThat(problem(dialled, names)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "relay.example.org, DNS:relay.example.com, relay.example.com",
        "relay.example.org, DNS:x.relay.example.org, x.relay.example.org",
        "x.relay.example.org, DNS:relay.example.org, relay.example.org",
        "relay.example.org, IP:192.0.2.1, 192.0.2.1",
        "192.0.2.1, IP:192.0.2.10, 192.0.2.10"
    })
    void anotherNameIsNotTaken(String dialled, String names, String shown) {
        assertThat(problem(dialled, names))
                .isEqualTo("is for " + shown + ", not for " + dialled
                        + ": dial it by a name in the certificate, or have the CA issue one for this name");
    }

    /** "is for 192.0.2.1, not for 192.0.2.1" would not help. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, DNS:192.0.2.1",
        "2001:db8::1, 'DNS:relay.example.org,DNS:2001:DB8:0:0:0:0:0:1'",
        "127.0.0.1, 'IP:192.0.2.1,DNS:127.0.0.1'"
    })
    void anAddressAsADnsNameIsSaid(String dialled, String names) {
        assertThat(problem(dialled, names))
                .isEqualTo("has " + dialled + " as a DNS name, but it was dialled as an address: have the CA issue one"
                        + " with IP:" + dialled + ", as backhaul-ca does");
    }

    @Test
    void aNameInTheSubjectAloneDoesNotCount() {
        assertThat(problem("relay.example.org"))
                .startsWith("has no subjectAltName, and a name in the subject does not count: ")
                .contains("the name relay.example.org");
        assertThat(problem("relay.example.org", "email:relay@example.org,URI:https://relay.example.org/"))
                .isEqualTo(
                        "has no DNS name and no address in its subjectAltName, which is email:relay@example.org,"
                                + " URI:https://relay.example.org/: have the CA issue one with the name relay.example.org in it");
        // Java reads no URI without a scheme, and then none of the names.
        assertThat(problem("relay.example.org", "DNS:relay.example.org,URI:relay.example.org"))
                .isEqualTo("has a subjectAltName that cannot be read: have the CA issue a new one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.example.org", "rel*.example.org", "relay.*.org", "*"})
    void aWildcardIsForNoName(String wildcard) {
        assertThat(problem("relay.example.org", "DNS:" + wildcard))
                .isEqualTo("is for " + wildcard
                        + ": a wildcard is not accepted, have the CA issue one with the name relay.example.org in it");
    }

    @Test
    void aNameBesideAWildcardIsTaken() {
        assertThat(problem("relay.example.org", "DNS:*.example.org,DNS:relay.example.org"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"relay.example.org\0.evil.example", "relay.example.org\0", "a b", "relay.example.org\n", ""})
    void aNameWithANulOrAnythingElseThatNamesDoNotHaveIsAForgery(String name) {
        byte[] octets = name.getBytes(ISO_8859_1);
        // SEQUENCE { [2] name, [2] "relay.example.org" }
        byte[] good = "relay.example.org".getBytes(US_ASCII);
        String der = String.format("30%02x82%02x", 4 + octets.length + good.length, octets.length)
                + HexFormat.of().formatHex(octets)
                + String.format("82%02x", good.length)
                + HexFormat.of().formatHex(good);
        assertThat(problem("relay.example.org", "DER:" + der))
                .startsWith("contains a name with a NUL or another character that no name has (")
                .doesNotContain("\0", "\n");
    }

    @Test
    void theHandshakeLooksAtTheName() throws Exception {
        TestCa.Issued relay = ca.relay("relay", "DNS:*.example.org").issue();
        Credentials agent = ca.agent("home").issue().credentials();
        TlsPair.Outcome outcome = TlsPair.run(
                TlsPair.relay(relay.credentials().sslContext()), TlsPair.agent(agent.sslContext("relay.example.org")));
        assertThat(outcome.atAgent())
                .startsWith("the certificate of relay.example:6514 is for *.example.org: a wildcard is not accepted");
        assertThat(outcome.atRelay()).contains("refused our certificate (certificate_unknown)");
    }
}
