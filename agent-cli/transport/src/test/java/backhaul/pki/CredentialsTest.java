package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    static Path directory;

    private static TestCa ca;
    private static TestCa twin;
    private static TestCa stranger;
    private static TestCa.Issued agent;
    private static TestCa.Issued relay;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
        twin = TestCa.create(directory);
        stranger = TestCa.create(directory, "Stranger");
        agent = ca.agent("home").issue();
        relay = ca.relay("relay", "DNS:localhost").issue();
    }

    private static Path join(String name, Path... parts) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path part : parts) {
            all.append(Files.readString(part));
        }
        return Files.writeString(directory.resolve(name), all);
    }

    private static AbstractThrowableAssert<?, ?> failure(Path certificate, Path key, Path authorities) {
        return assertThatThrownBy(() -> Credentials.load(certificate, key, null, authorities))
                .isInstanceOf(PemException.class);
    }

    private static List<X509Certificate> chain(TestCa.Issued issued) throws PemException {
        return Pem.certificates(issued.certificate());
    }

    @Test
    void filesThatBelongTogetherAreLoaded() throws IOException {
        Credentials credentials = Credentials.load(agent.certificate(), agent.key(), null, ca.caFile());
        assertThat(credentials.certificate())
                .isEqualTo(Pem.certificates(agent.leaf()).get(0));
        assertThat(credentials.chain()).hasSize(2);
        assertThat(credentials.authorities()).hasSize(2);
        assertThat(credentials.expires())
                .isEqualTo(credentials.certificate().getNotAfter().toInstant());
    }

    @Test
    void everyKindOfKeyIsLoaded() {
        for (String algorithm : List.of("rsa", "ed25519")) {
            TestCa.Issued issued = ca.agent("home").key(algorithm).issue();
            assertThatCode(issued::credentials).doesNotThrowAnyException();
        }
    }

    @Test
    void leafAloneIsLoadedWhereTheCaFileHasItsIssuer() {
        assertThatCode(() -> Credentials.load(agent.leaf(), agent.key(), null, ca.issuerFile()))
                .doesNotThrowAnyException();
    }

    @Test
    void rootAtTheEndOfTheChainIsTolerated() throws IOException {
        Path chain = join("full.pem", agent.certificate(), ca.rootFile());
        assertThat(Credentials.load(chain, agent.key(), null, ca.issuerFile()).chain())
                .hasSize(3);
    }

    @Test
    void keyOfAnotherCertificateIsRefused() {
        failure(agent.certificate(), relay.key(), ca.caFile())
                .hasMessageContaining(relay.key() + " is not the key of the certificate in " + agent.certificate())
                .hasMessageContaining("CN=home");
        failure(agent.certificate(), ca.agent("x").key("rsa").issue().key(), ca.caFile())
                .hasMessageContaining("is not the key");
    }

    @Test
    void chainBeginningWithTheIssuerIsRefused() throws IOException {
        Path chain = join("reversed.pem", ca.issuerFile(), agent.leaf());
        failure(chain, agent.key(), ca.caFile())
                .hasMessageContaining("the key of certificate 2")
                .hasMessageContaining("put our own certificate first");
    }

    /** By RFC 8446 section 4.4.2, peers accept a chain in any order, and with certificates that they do not need. */
    @Test
    void whatIsBesideTheWayUpInTheChainIsPassedOver() throws IOException {
        for (Path chain : List.of(
                join("skipped.pem", agent.leaf(), ca.rootFile()),
                join("double.pem", agent.leaf(), agent.leaf()),
                join("twin.pem", agent.leaf(), twin.issuerFile()),
                join("beside.pem", agent.leaf(), stranger.caFile(), ca.issuerFile()))) {
            Credentials credentials = Credentials.load(chain, agent.key(), null, ca.caFile(), TlsFailure.Side.AGENT);
            assertThat(credentials.expires())
                    .isEqualTo(credentials.certificate().getNotAfter().toInstant());
            assertThatCode(() -> relay.credentials().checkClient(credentials.chain()))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void chainWithoutTheIssuerIsRefusedWhereTheCaFileHasTheRootAlone() throws IOException {
        failure(join("rootless.pem", agent.leaf(), ca.rootFile()), agent.key(), ca.rootFile())
                .hasMessageContaining("was not issued by a CA in " + ca.rootFile())
                .hasMessageContaining("CN=Test Issuing CA")
                .hasMessageContaining("is missing there");
    }

    @Test
    void leafGivenAsTheCaFileIsRefused() {
        failure(agent.certificate(), agent.key(), agent.certificate())
                .hasMessageStartingWith(agent.certificate() + " contains our own certificate");
        failure(agent.certificate(), agent.key(), relay.leaf())
                .hasMessageContaining("CN=relay,O=Example, which is not a CA (basicConstraints)");
    }

    @Test
    void certificateOfAnotherCaIsRefused() {
        failure(agent.certificate(), agent.key(), stranger.caFile())
                .hasMessageContaining("was not issued by a CA in " + stranger.caFile())
                .hasMessageContaining("Test Root CA");
    }

    @Test
    void caMadeAnewUnderItsNameIsRefused() {
        failure(agent.certificate(), agent.key(), twin.caFile())
                .hasMessageContaining("was not issued by a CA in " + twin.caFile())
                .hasMessageContaining("with another key");
    }

    @Test
    void expiredCertificateOfOurOwnIsLoaded() {
        Credentials credentials = ca.agent("old").expired().issue().credentials();
        assertThat(credentials.expires()).isBefore(Instant.now());
    }

    @Test
    void certificateForTheOtherSideIsRefusedWhereTheSideIsGiven() {
        assertThatThrownBy(() ->
                        Credentials.load(agent.certificate(), agent.key(), null, ca.caFile(), TlsFailure.Side.RELAY))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("not a certificate for a relay")
                .hasMessageContaining("serverAuth");
        assertThatCode(() ->
                        Credentials.load(agent.certificate(), agent.key(), null, ca.caFile(), TlsFailure.Side.AGENT))
                .doesNotThrowAnyException();
    }

    @Test
    void nothingIsPrintedOfTheKey() {
        assertThat(agent.credentials().toString()).startsWith("CN=home,O=Example (serial ");
    }

    @Test
    void defaultContextIsLeftAlone() throws Exception {
        SSLContext context = agent.credentials().sslContext();
        assertThat(context.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(SSLContext.getDefault()).isNotSameAs(context);
        assertThat(agent.credentials().sslContext()).isNotSameAs(context);
    }

    @Test
    void goodClientPassesTheCheck() {
        assertThatCode(() -> relay.credentials().checkClient(chain(agent))).doesNotThrowAnyException();
        assertThatCode(() -> agent.credentials().checkServer(chain(relay))).doesNotThrowAnyException();
    }

    private static AbstractThrowableAssert<?, ?> refusal(TestCa.Issued peer) {
        return assertThatThrownBy(() -> relay.credentials().checkClient(chain(peer)))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void badClientsFailTheCheck() {
        refusal(stranger.agent("x").issue());
        refusal(twin.agent("home").issue());
        refusal(ca.agent("x").expired().issue());
        refusal(ca.agent("x").notYetValid().issue());
        refusal(relay);
        assertThatThrownBy(() -> relay.credentials().checkClient(List.of())).isInstanceOf(CertificateException.class);
    }

    @Test
    void clientWithoutAnyExtendedKeyUsageFailsTheCheck() {
        refusal(ca.agent("x").usage("").issue()).hasCauseInstanceOf(UsageException.class);
        refusal(ca.agent("x").usage("anyExtendedKeyUsage").issue()).hasCauseInstanceOf(UsageException.class);
    }

    @Test
    void pathLengthOfAnIntermediateInTheCaFileIsKept() throws Exception {
        // The issuing CA has pathlen:0, so nothing below a CA that it issues is valid.
        Path folder = ca.rootFile().getParent();
        String key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        TestCa.openssl(folder, "req -config ca.cnf " + key + " -keyout sub.key -out sub.csr -subj /CN=Sub");
        TestCa.openssl(
                folder,
                "ca -batch -notext -preserveDN -config ca.cnf -extensions intermediate -days 30 -cert intermediate.pem"
                        + " -keyfile intermediate.key -in sub.csr -out sub.pem");
        TestCa.openssl(folder, "req -config ca.cnf " + key + " -keyout below.key -out below.csr -subj /CN=below");
        Files.writeString(folder.resolve("below.ext"), "extendedKeyUsage = clientAuth\n");
        TestCa.openssl(
                folder,
                "x509 -req -in below.csr -CA sub.pem -CAkey sub.key -CAcreateserial -days 30 -extfile below.ext -out"
                        + " below.pem");
        List<X509Certificate> chain = List.of(
                Pem.certificates(folder.resolve("below.pem")).get(0),
                Pem.certificates(folder.resolve("sub.pem")).get(0),
                Pem.certificates(ca.issuerFile()).get(0));
        assertThatThrownBy(() -> relay.credentials().checkClient(chain)).isInstanceOf(CertificateException.class);
        relay.credentials().checkClient(Pem.certificates(agent.leaf()));
    }

    @Test
    void refusalRemembersWhoseCertificateItWas() {
        X509Certificate theirs = ca.agent("x").expired().issue().credentials().certificate();
        assertThatThrownBy(() -> relay.credentials().checkClient(List.of(theirs)))
                .satisfies(e -> assertThat(UntrustedException.certificateOf(new IOException(e)))
                        .isEqualTo(theirs));
        assertThat(UntrustedException.certificateOf(new IOException("something else")))
                .isNull();
    }

    @Test
    void expiredAuthorityLeadsNowhere() throws Exception {
        // The JDK itself does not check the dates of a trust anchor.
        Path expired = directory.resolve("expired-root.pem");
        TestCa.openssl(
                ca.rootFile().getParent(),
                "ca -batch -notext -config ca.cnf -extensions intermediate -cert root.pem -keyfile root.key -in"
                        + " intermediate.csr -startdate 20200101000000Z -enddate 20210101000000Z -out " + expired);
        Credentials old =
                new Credentials(relay.credentials().key(), relay.credentials().chain(), Pem.certificates(expired));
        assertThatThrownBy(() -> old.checkClient(Pem.certificates(agent.leaf())))
                .hasCauseInstanceOf(CertificateExpiredException.class)
                .hasMessageContaining("Issuing CA");
        Credentials renewed = new Credentials(
                relay.credentials().key(),
                relay.credentials().chain(),
                List.of(
                        Pem.certificates(expired).get(0),
                        Pem.certificates(ca.issuerFile()).get(0)));
        assertThatCode(() -> renewed.checkClient(Pem.certificates(agent.leaf())))
                .doesNotThrowAnyException();
    }

    @Test
    void issuerIsTheOneThatSigned() throws Exception {
        Credentials credentials = relay.credentials();
        X509Certificate leaf = agent.credentials().certificate();
        DistinguishedName issuer = DistinguishedName.parse(ca.issuer());
        assertThat(credentials.issuedBy(leaf, issuer)).isTrue();
    }

    @Test
    void otherIssuersAreToldApart() throws Exception {
        Credentials credentials = relay.credentials();
        X509Certificate leaf = agent.credentials().certificate();
        assertThat(credentials.issuedBy(leaf, DistinguishedName.parse("/CN=other")))
                .isFalse();
        X509Certificate strange =
                Pem.certificates(stranger.agent("x").issue().leaf()).get(0);
        assertThat(credentials.issuedBy(strange, DistinguishedName.parse(stranger.issuer())))
                .isFalse();
        X509Certificate forged =
                Pem.certificates(twin.agent("home").issue().leaf()).get(0);
        assertThat(credentials.issuedBy(forged, DistinguishedName.parse(ca.issuer())))
                .isFalse();
    }

    @Test
    void daysLeftComeFromTheFirstToExpire() {
        assertThat(Duration.between(
                                Instant.now(),
                                ca.agent("x").days(3).issue().credentials().expires())
                        .toHours())
                .isBetween(70L, 72L);
    }
}
