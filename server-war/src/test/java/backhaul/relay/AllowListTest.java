package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.TestCa;
import backhaul.relay.settings.AllowList;
import backhaul.transport.Wire;
import java.security.cert.X509Certificate;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code relay.tls.allow}: whole names and fingerprints, and no trick with them. */
class AllowListTest {
    private static TestCa.Issued home;
    private static X509Certificate certificate;

    @BeforeAll
    static void issueCertificates() {
        home = TestSite.CA
                .agent(
                        "home",
                        "DNS:home.example.net",
                        "IP:198.51.100.7",
                        "IP:2001:db8::7",
                        "email:admin@example.net",
                        "URI:urn:backhaul:home")
                .issue();
        certificate = home.credentials().certificate();
    }

    private static boolean allows(String list, TestCa.Issued agent) {
        return AllowList.parse(list).contains(agent.credentials().certificate());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cn:home",
                " CN: home ",
                "cn:office;cn:home",
                "san:home.example.net",
                "san:198.51.100.7",
                "san:2001:db8::7",
                "san:2001:DB8:0:0:0:0:0:7",
                "san:admin@example.net",
                "san:urn:backhaul:home",
                "dn:/O=Example/CN=home",
                "dn:CN=home,O=Example",
                "dn:cn=HOME,o=example"
            })
    void everyFormLetsItsCertificateIn(String list) {
        assertThat(allows(list, home)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cn:Home",
                "cn:hom",
                "cn:home.example.net",
                "cn:198.51.100.7",
                "san:home",
                "san:example.net",
                "san:HOME.example.net",
                "san:198.51.100.70",
                "san:2001:db8::8",
                "dn:/CN=home",
                "dn:/CN=home/O=Example",
                "dn:/C=US/O=Example/CN=home",
                "sha256:0000000000000000000000000000000000000000000000000000000000000000"
            })
    void whatIsNotTheWholeNameDoesNot(String list) {
        assertThat(allows(list, home)).isFalse();
    }

    @Test
    void fingerprintIsTakenWithOrWithoutColonsInAnyCase() {
        String fingerprint = Certificates.fingerprint(certificate);
        assertThat(allows("sha256:" + fingerprint, home)).isTrue();
        assertThat(allows("SHA256:" + fingerprint.replace(":", "").toLowerCase(Locale.ROOT), home))
                .isTrue();
        assertThat(allows("sha256:" + fingerprint, TestSite.CA.agent("home").issue()))
                .isFalse();
    }

    @Test
    void nameWithANulIsNotTheNameBeforeIt() {
        TestCa.Issued common = TestSite.CA.patch(TestSite.CA.agent("home_evil").issue(), "home_evil", "home\0evil");
        TestCa.Issued alternative = TestSite.CA.patch(
                TestSite.CA.agent("x", "DNS:home_evil.org").issue(), "home_evil.org", "home\0evil.org");
        assertThat(common.credentials().certificate().getSubjectX500Principal().getName())
                .contains("home");
        assertThat(Certificates.alternativeNames(alternative.credentials().certificate()))
                .containsExactly("home\0evil.org");

        assertThat(allows("cn:home; san:home; dn:/O=Example/CN=home", common)).isFalse();
        assertThat(allows("cn:home; san:home; dn:/O=Example/CN=home", alternative))
                .isFalse();
    }

    @Test
    void nameWithAControlCharacterCannotBeListed() {
        TestCa.Issued nul = TestSite.CA.patch(TestSite.CA.agent("home_evil").issue(), "home_evil", "home\0evil");
        for (String entry : new String[] {"cn:home\0evil", "san:a\tb", "dn:/O=Example/CN=home\\x00evil"}) {
            assertThatThrownBy(() -> AllowList.parse("cn:x;" + entry))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("it contains a control character");
        }
        assertThat(allows("sha256:" + Certificates.fingerprint(nul.credentials().certificate()), nul))
                .as("by its fingerprint alone")
                .isTrue();
    }

    @Test
    void wildcardInACertificateIsAnOrdinaryNameThatNobodyHas() {
        TestCa.Issued star = TestSite.CA.agent("*", "DNS:*.example.net").issue();
        assertThat(allows("cn:home; san:home.example.net; dn:/O=Example/CN=home", star))
                .isFalse();
    }

    @Test
    void twoCommonNamesAreNeitherOfThem() {
        TestCa.Issued two =
                TestSite.CA.agent("x").subject("/O=Example/CN=evil/CN=home").issue();
        assertThat(allows("cn:home; cn:evil", two)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "home",
                "cn:",
                "ou:home",
                "cn:*",
                "san:*.example.net",
                "dn:home",
                "sha256:AB:CD",
                "sha256:zz00000000000000000000000000000000000000000000000000000000000000"
            })
    void badEntryIsNamed(String entry) {
        assertThatThrownBy(() -> AllowList.parse("cn:good;" + entry + ";cn:good"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot have the entry \"" + entry + "\": ");
    }

    @Test
    void agentOnTheListIsServedAndAnotherIsToldItsFingerprintReadyToPaste() throws Exception {
        Credentials other = TestSite.CA.agent("other").issue().credentials();
        String paste = "sha256:" + Certificates.fingerprint(other.certificate());
        try (TestRelay relay = TestRelay.start("relay.tls.allow", "cn:home");
                TestAgent agent = TestAgent.connect(relay, home.credentials())) {
            try (TestAgent refused = TestAgent.dial(relay, other.sslContext(), "TLSv1.3", Wire.ALPN)) {
                refused.say("HELLO stranger\n");
                relay.send("one");
                assertThat(refused.rest())
                        .isEqualTo("BYE refused its certificate is good but not on the list relay.tls.allow: to let it"
                                + " in, add " + paste + "\n");
            }
            try (TestAgent refused = TestAgent.dial(relay, other.sslContext(), "TLSv1.3", null)) {
                assertThat(refused.rest())
                        .as("a line client just gets the close")
                        .isEmpty();
            }
            relay.awaitLog("Agent refused: CN=other,O=Example (serial ", "[127.0.0.1:", paste);
            assertThat(agent.text()).isEqualTo("one");
        }
        try (TestRelay relay = TestRelay.start("relay.tls.allow", "cn:home;" + paste);
                TestAgent agent = TestAgent.connect(relay, other)) {
            relay.send("two");
            assertThat(agent.text()).isEqualTo("two");
        }
    }
}
