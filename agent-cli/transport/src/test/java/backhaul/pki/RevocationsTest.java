package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.pki.Revocations.Outdated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateRevokedException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationsTest {
    private static final Instant YESTERDAY = Instant.now().minus(Duration.ofDays(1));

    @TempDir
    Path directory;

    private TestCa ca() {
        return TestCa.create(directory);
    }

    private static Credentials relay(TestCa ca, Path list, Outdated outdated) throws PemException {
        return ca.relay("relay", "DNS:localhost").issue().credentials().with(list, outdated);
    }

    private static void expectRevoked(Credentials relay, TestCa.Issued agent) {
        assertThatThrownBy(() -> relay.checkClient(agent.credentials().chain()))
                .isInstanceOf(CertificateRevokedException.class);
    }

    @Test
    void whatTheListNamesIsRefusedAndNothingElse() throws Exception {
        TestCa ca = ca();
        TestCa.Issued stolen = ca.agent("stolen").issue();
        Credentials relay = relay(ca, ca.revoke(stolen), Outdated.REFUSE);

        expectRevoked(relay, stolen);
        relay.checkClient(ca.agent("home").issue().credentials().chain());
    }

    @Test
    void allThatARevokedIssuerHasIssuedIsRefused() throws Exception {
        TestCa ca = ca();
        TestCa.Issued agent = ca.agent("home").issue();
        expectRevoked(relay(ca, ca.revokeIssuer(), Outdated.ACCEPT), agent);
    }

    @Test
    void aRelayIsRefusedLikeAnAgent() throws Exception {
        TestCa ca = ca();
        TestCa.Issued relay = ca.relay("relay", "DNS:localhost").issue();
        Credentials agent = ca.agent("home").issue().credentials().with(ca.revoke(relay), Outdated.ACCEPT);
        assertThatThrownBy(() -> agent.checkServer(relay.credentials().chain()))
                .isInstanceOf(CertificateRevokedException.class);
    }

    @Test
    void whatAListOutOfDateNamesIsRefusedAllTheSame() throws Exception {
        TestCa ca = ca();
        TestCa.Issued stolen = ca.agent("stolen").issue();
        expectRevoked(relay(ca, ca.revoke(YESTERDAY, stolen), Outdated.ACCEPT), stolen);
    }

    @Test
    void whatAListOutOfDateDoesNotNameIsAQuestionOfTheSetting() throws Exception {
        TestCa ca = ca();
        Path list = ca.revoke(YESTERDAY);
        TestCa.Issued agent = ca.agent("home").issue();

        relay(ca, list, Outdated.ACCEPT).checkClient(agent.credentials().chain());
        Credentials strict = relay(ca, list, Outdated.REFUSE);
        assertThatThrownBy(() -> strict.checkClient(agent.credentials().chain()))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(
                        "has been out of date since " + YESTERDAY.toString().substring(0, 10));
    }

    @Test
    void ofTwoListsOfOneCaTheNewerCounts() throws Exception {
        TestCa ca = ca();
        Path old = ca.revoke(Instant.now().plus(Duration.ofDays(20)));
        TestCa.Issued stolen = ca.agent("stolen").issue();
        Path both = directory.resolve("both.crl");
        Files.writeString(both, Files.readString(ca.revoke(stolen)) + Files.readString(old));
        expectRevoked(relay(ca, both, Outdated.ACCEPT), stolen);
    }

    @Test
    void aListOfAnotherCaIsNotTaken() throws Exception {
        TestCa ca = ca();
        Path stranger = TestCa.create(directory, "Stranger").revoke();
        assertThatThrownBy(() -> relay(ca, stranger, Outdated.ACCEPT))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("CN=Stranger Issuing CA")
                .hasMessageContaining("which is not in our CA file");
    }

    @Test
    void aListThatTheCaOfThatNameHasNotSignedIsNotTaken() throws Exception {
        TestCa ca = ca();
        Path twin = TestCa.create(directory).revoke();
        assertThatThrownBy(() -> relay(ca, twin, Outdated.ACCEPT))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("has not signed: the CA was recreated, or the list is forged");
    }

    @Test
    void aFileWithoutAListSaysWhatItHolds() throws Exception {
        TestCa ca = ca();
        assertThatThrownBy(() -> relay(ca, ca.caFile(), Outdated.ACCEPT))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("has no certificate revocation list: it contains a CERTIFICATE");
    }

    @Test
    void aListCutShortIsNotTaken() throws Exception {
        TestCa ca = ca();
        String whole = Files.readString(ca.revoke());
        Path half = Files.writeString(directory.resolve("half.crl"), whole.substring(0, whole.length() / 2));
        assertThatThrownBy(() -> relay(ca, half, Outdated.ACCEPT))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("is cut short");
    }

    @Test
    void aListInDerSaysHowToConvertIt() throws Exception {
        TestCa ca = ca();
        Path der = directory.resolve("list.der");
        TestCa.openssl(directory, "crl -outform DER -in " + ca.revoke() + " -out " + der);
        assertThatThrownBy(() -> relay(ca, der, Outdated.ACCEPT))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("openssl crl -inform DER");
    }

    @Test
    void ourOwnRevocationIsKnown() throws Exception {
        TestCa ca = ca();
        TestCa.Issued relay = ca.relay("relay", "DNS:localhost").issue();
        assertThat(relay.credentials().with(ca.revoke(), Outdated.REFUSE).revoked())
                .isFalse();
        assertThat(relay.credentials().with(ca.revoke(relay), Outdated.REFUSE).revoked())
                .isTrue();
    }

    @Test
    void theListEndsLikeACertificate() throws IOException {
        TestCa ca = ca();
        Instant end = Instant.now().plus(Duration.ofDays(5));
        Credentials relay = relay(ca, ca.revoke(end), Outdated.ACCEPT);
        assertThat(relay.expiries(Instant.now()))
                .extracting(Expiry::what)
                .contains("the certificate of CN=relay,O=Example");
        assertThat(relay.expiries(Instant.now()))
                .filteredOn(expiry -> expiry.what().startsWith("the revocation list of "))
                .hasSize(1)
                .allMatch(expiry -> expiry.daysLeft(Instant.now()) == 4);
    }

    /** Everything that it has issued is refused anyway, and it will make no new list. */
    @Test
    void theListOfACaThatHasEndedIsNotMissed() throws Exception {
        TestCa ca = ca();
        TestCa old = TestCa.create(directory, "Old");
        Instant ended = Instant.now().minus(Duration.ofDays(1));
        Path authorities = directory.resolve("with-old.pem");
        Files.writeString(authorities, Files.readString(ca.caFile()) + Files.readString(old.renewIssuer(ended)));
        Path lists = directory.resolve("with-old.crl");
        Files.writeString(lists, Files.readString(old.revoke(ended)) + Files.readString(ca.revoke()));
        TestCa.Issued files = ca.relay("relay").issue();
        Credentials relay = Credentials.load(files.certificate(), files.key(), null, authorities)
                .with(lists, Outdated.REFUSE, DistinguishedName.parse(ca.issuer()));

        assertThat(relay.revocations().nextUpdate(Instant.now()))
                .hasValueSatisfying(next -> assertThat(next).isAfter(Instant.now()));
        assertThat(relay.revocations().describe(Instant.now()))
                .startsWith("2 revocation lists")
                .contains("good until");
        assertThat(new ExpiryWatch().due(relay.expiries(Instant.now()), Instant.now()))
                .isEmpty();
        assertThatCode(() ->
                        relay.checkClient(ca.agent("home").issue().credentials().chain()))
                .doesNotThrowAnyException();
        assertThat(relay.revocations().nextUpdate(ended.minusSeconds(1)))
                .hasValueSatisfying(next -> assertThat(next).isBefore(Instant.now()));
    }

    @Test
    void whatIsKnownIsSaidInWords() throws Exception {
        TestCa ca = ca();
        TestCa.Issued stolen = ca.agent("stolen").issue();
        Instant end = Instant.parse("2033-02-03T04:05:06Z");
        Credentials relay = relay(ca, ca.revoke(end, stolen), Outdated.ACCEPT);
        assertThat(relay.revocations().describe(end.minusSeconds(1)))
                .isEqualTo("a revocation list naming 1 certificate, good until 2033-02-03");
        assertThat(relay.revocations().describe(end.plusSeconds(1)))
                .isEqualTo("a revocation list naming 1 certificate, out of date since 2033-02-03");
        assertThat(Revocations.NONE.describe(end)).isEqualTo("no revocation list");
    }

    @Test
    void aListCoversTheKeyThatSignedItAndNoOtherOfTheName() throws Exception {
        TestCa ca = ca();
        Credentials relay = relay(ca, ca.revoke(), Outdated.ACCEPT);
        assertThat(relay.revocations().cover(Pem.certificates(ca.issuerFile()).get(0)))
                .isTrue();
        assertThat(relay.revocations()
                        .cover(Pem.certificates(TestCa.create(directory).issuerFile())
                                .get(0)))
                .isFalse();
    }

    @Test
    void everyCaOfTheIssuersNameNeedsAListOfItsOwn() throws Exception {
        TestCa ca = ca();
        TestCa twin = TestCa.create(directory); // the same names, other keys: the CA was recreated
        TestCa.Issued relay = ca.relay("relay").issue();
        Path both = directory.resolve("both.pem");
        Files.writeString(both, Files.readString(ca.caFile()) + Files.readString(twin.issuerFile()));
        Credentials credentials = Credentials.load(relay.certificate(), relay.key(), null, both);
        DistinguishedName issuer = DistinguishedName.parse(ca.issuer());
        Path one = ca.revoke();
        assertThatThrownBy(() -> credentials.with(one, Outdated.ACCEPT, issuer))
                .isInstanceOf(PemException.class)
                .hasMessageStartingWith(
                        one + " has no revocation list of " + ca.issuer() + " by each of the 2 CAs of that name");
        Path two = directory.resolve("two.crl");
        Files.writeString(two, Files.readString(one) + Files.readString(twin.revoke()));
        assertThat(credentials.with(two, Outdated.ACCEPT, issuer).expiries(Instant.now()))
                .hasSizeGreaterThan(3);
    }

    @Test
    void theIssuerIsInTheCaFileOrItsListIsMissed() throws Exception {
        TestCa ca = ca();
        TestCa.Issued relay = ca.relay("relay").issue();
        Credentials credentials = Credentials.load(relay.certificate(), relay.key(), null, ca.caFile());
        Path list = ca.revoke();
        assertThatThrownBy(() -> credentials.with(list, Outdated.ACCEPT, DistinguishedName.parse("/CN=somebody else")))
                .hasMessageStartingWith(
                        list + " has no revocation list of /CN=somebody else, so certificates issued there");
    }

    @Test
    void aPeerIsGoodNoLongerThanAListWithoutWhichNobodyIsLetIn() throws Exception {
        TestCa ca = ca();
        Path list = ca.revoke(Instant.parse("2026-12-31T00:00:00Z"));
        TestCa.Issued agent = ca.agent("home")
                .valid(Instant.now().minusSeconds(60), Instant.parse("2027-02-03T04:05:06Z"))
                .issue();
        assertThat(relay(ca, list, Outdated.REFUSE).until(agent.credentials().chain()))
                .isEqualTo("2026-12-31T00:00:00Z");
        assertThat(relay(ca, list, Outdated.ACCEPT).until(agent.credentials().chain()))
                .isEqualTo("2027-02-03T04:05:06Z");
    }
}
