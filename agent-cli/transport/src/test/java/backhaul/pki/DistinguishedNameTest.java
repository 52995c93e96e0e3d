package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistinguishedNameTest {
    private static final int UTF8 = 0x0c;
    private static final int PRINTABLE = 0x13;
    private static final int IA5 = 0x16;
    private static final byte[] COMMON_NAME = {Der.OID, 3, 0x55, 4, 3};
    private static final byte[] ORGANIZATION = {Der.OID, 3, 0x55, 4, 10};
    private static final byte[] UID = {
        Der.OID, 10, 9, (byte) 0x92, 0x26, (byte) 0x89, (byte) 0x93, (byte) 0xf2, 0x2c, 0x64, 1, 1
    };

    private static DistinguishedName name(String text) {
        return DistinguishedName.parse(text);
    }

    private static byte[] attribute(byte[] type, int tag, byte[] content) {
        return Der.encode(Der.SEQUENCE, type, Der.encode(tag, content));
    }

    private static byte[] attribute(byte[] type, int tag, String text) {
        return attribute(type, tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A name with one part of these attributes. */
    private static DistinguishedName encoded(byte[]... attributes) {
        return DistinguishedName.of(new X500Principal(Der.encode(Der.SEQUENCE, Der.encode(Der.SET, attributes))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "emailAddress=a@b,CN=x,O=Foo\\, Inc.,ST=FL,C=US",
                "EMAILADDRESS=a@b,CN=x,O=Foo\\2C Inc.,S=FL,C=US",
                "1.2.840.113549.1.9.1=#1603614062,CN=x,O=Foo\\, Inc.,OID.2.5.4.8=FL,C=US",
                "subject= /C=US/ST=FL/O=Foo, Inc./CN=x/emailAddress=a@b\n",
                "issuer=emailAddress=a@b,CN=x,O=Foo\\, Inc.,ST=FL,C=US",
                "Owner: E=a@b,CN=x,O=Foo\\, Inc.,ST=FL,C=US",
                "  /c=us/st=fl/o=FOO,  inc. /cn=X/emailaddress=A@B ",
                "/countryName=US/stateOrProvinceName=FL/organizationName=Foo, Inc./commonName=x/E=a@b",
            })
    void formsOfOneNameAreEqual(String text) {
        DistinguishedName expected = name("/C=US/ST=FL/O=Foo, Inc./CN=x/emailAddress=a@b");
        assertThat(name(text)).isEqualTo(expected).hasSameHashCodeAs(expected);
    }

    /** Some programs print them from one end, others from the other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "C = US, O = \"Foo, Inc.\", CN = x",
                "subject=C = US, O = \"Foo, Inc.\", CN = x\n",
                "issuer=C=US, O=\"Foo, Inc.\", CN=x",
                "C=US, O=Foo\\, Inc., CN=x",
                "C=US ,O=Foo\\, Inc.,CN=x",
                "C=US,O=\"Foo, Inc.\",CN=x",
                "C=US;O=Foo\\, Inc.;CN=x",
                "C =US,O=Foo\\, Inc.,CN=x",
                "C= US,O=Foo\\, Inc.,CN=x",
            })
    void aNameThatDoesNotTellItsFirstEndIsRefusedWithWhatToWrite(String text) {
        assertThatThrownBy(() -> name(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(" does not show which end comes first: write /C=US/O=Foo, Inc./CN=x"
                        + " if OpenSSL printed it, /CN=x/O=Foo, Inc./C=US if Java did");
    }

    @Test
    void ofOnePartEitherEndIsTheFirst() {
        assertThatThrownBy(() -> name("CN = x/y"))
                .hasMessageEndingWith("first: write /CN=x\\/y, in a properties file with each backslash doubled");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/C=US/CN=x | /CN=x/C=US",
                "CN=x,C=US | C=US,CN=x",
                "/O=a/CN=x | /O=a/CN=x/CN=x",
                "/O=a/CN=x | /O=a/OU=x",
                "/O=a b | /O=ab",
                "/CN=a+UID=b | /CN=a/UID=b",
                "/CN=a | /CN=a\\x00",
                "/CN=a | /CN=a\\x09",
            })
    void otherNamesDiffer(String one, String other) {
        assertThat(name(one)).isNotEqualTo(name(other));
    }

    @Test
    void multiValuedPartsHaveNoOrder() {
        assertThat(name("UID=b+CN=a,C=US")).isEqualTo(name("CN=a+UID=b,C=US")).isEqualTo(name("/C=US/UID=b+CN=a"));
    }

    @Test
    void oneLineValuesHoldCommasEqualsSpacesAndSlashes() {
        DistinguishedName name = name("/O=Foo, Inc. a=b/c d/CN=http://x.org/y z");
        assertThat(name).hasToString("CN=http://x.org/y z,O=Foo\\, Inc. a=b/c d");
        assertThat(name.oneLine()).isEqualTo("/O=Foo, Inc. a=b\\/c d/CN=http:\\/\\/x.org\\/y z");
    }

    @Test
    void oneLineEscapesAreThoseOfOpenssl() {
        assertThat(name("/O=a\\/b=c/CN=\\xC3\\xA9\\+UID=\\\\\\z")).isEqualTo(name("CN=é\\+UID=\\\\\\\\z,O=a/b=c"));
    }

    @Test
    void commonTypesAreKnown() {
        String all = "SN=a,GN=b,serialNumber=c,UID=d,DC=e,L=f,ST=g,S=h,STREET=i,title=j,OU=k,surname=l,givenName=m";
        assertThat(name(all))
                .hasToString("SN=a,GN=b,serialNumber=c,UID=d,DC=e,L=f,ST=g,ST=h,street=i,title=j,OU=k,SN=l,GN=m");
    }

    @Test
    void unknownTypesAreShownByNumber() {
        assertThat(name("1.2.3.4=x,CN=y")).hasToString("1.2.3.4=x,CN=y");
    }

    @Test
    void stringTypesDoNotMatter() {
        assertThat(encoded(attribute(COMMON_NAME, UTF8, "Backhaul CA")))
                .isEqualTo(encoded(attribute(COMMON_NAME, PRINTABLE, "Backhaul CA")))
                .isEqualTo(encoded(attribute(COMMON_NAME, IA5, "backhaul  ca ")))
                .isEqualTo(encoded(attribute(COMMON_NAME, 0x1e, "Backhaul CA".getBytes(StandardCharsets.UTF_16BE))))
                .isEqualTo(encoded(attribute(COMMON_NAME, 0x1c, "Backhaul CA".getBytes(Charset.forName("UTF-32BE")))))
                .isEqualTo(name("CN=BACKHAUL CA"));
    }

    @Test
    void nulCharacterEndsNothing() {
        DistinguishedName forged = encoded(attribute(COMMON_NAME, UTF8, "ca\0.evil"));
        assertThat(forged).isNotEqualTo(name("CN=ca")).hasToString("CN=ca\\00.evil");
        assertThat(forged.oneLine()).isEqualTo("/CN=ca\\x00.evil");
    }

    @Test
    void controlCharactersAndDirectionMarksAreShownEscaped() {
        DistinguishedName forged = encoded(attribute(COMMON_NAME, UTF8, "x\n<13>forged\u001b[2J\u202egnp\u2028\u0085"));
        assertThat(forged.toString())
                .matches("[\\x20-\\x7e]+")
                .startsWith("CN=x\\0A\\<13\\>forged\\1B[2J\\E2\\80\\AEgnp");
        assertThat(forged.oneLine()).matches("[\\x20-\\x7e]+").startsWith("/CN=x\\x0A<13>forged\\x1B");
        assertThat(name(forged.toString())).isEqualTo(forged);
        assertThat(name(forged.oneLine())).isEqualTo(forged);
    }

    @Test
    void valueThatImitatesFurtherPartsStaysOneValue() {
        DistinguishedName forged = encoded(attribute(COMMON_NAME, UTF8, "x,O=Example"));
        assertThat(forged).isNotEqualTo(name("CN=x,O=Example")).hasToString("CN=x\\,O=Example");
        DistinguishedName slash = encoded(attribute(ORGANIZATION, UTF8, "Example/CN=ca"));
        assertThat(slash).isNotEqualTo(name("/O=Example/CN=ca"));
        assertThat(slash.oneLine()).isEqualTo("/O=Example\\/CN=ca");
    }

    @Test
    void valuesThatAreNoTextAreShownInHexadecimal() {
        DistinguishedName invalid = encoded(attribute(COMMON_NAME, UTF8, new byte[] {'a', (byte) 0xff}));
        assertThat(invalid)
                .hasToString("CN=#0c0261ff")
                .isEqualTo(name("CN=#0C0261FF"))
                .isEqualTo(name("/CN=#0c0261ff"));
        assertThat(encoded(attribute(COMMON_NAME, Der.INTEGER, new byte[] {5})).oneLine())
                .isEqualTo("/CN=#020105");
        assertThat(name("/CN=#12")).hasToString("CN=\\#12");
    }

    @Test
    void bothFormsAreReadBackWhateverTheValuesAre() {
        Random random = new Random(20261101);
        String alphabet = "aB =,+/\\\"<>;#\0\n\u202eé√𝄞x0CN";
        int[] characters = alphabet.codePoints().toArray();
        for (int round = 0; round < 500; round++) {
            StringBuilder value = new StringBuilder("x");
            for (int i = random.nextInt(12); i > 0; i--) {
                value.insert(
                        random.nextInt(2) * value.length(),
                        Character.toString(characters[random.nextInt(characters.length)]));
            }
            DistinguishedName name =
                    encoded(attribute(COMMON_NAME, UTF8, value.toString()), attribute(UID, UTF8, value + "y"));
            assertThat(name(name.toString())).isEqualTo(name);
            assertThat(name(name.oneLine())).isEqualTo(name);
        }
    }

    @Test
    void everyFormOfOpensslIsReadAsTheCertificateHasItOrRefusedWithWhatToWrite(@TempDir Path directory)
            throws Exception {
        TestCa.openssl(
                directory,
                "req -x509 -newkey ed25519 -nodes -keyout key -out certificate -utf8 -subj",
                "/DC=org/C=US/ST=FL/O=Foo, Inc./O=a\\/b+OU=x =y/street=#1/CN=é \"q\"/UID=7/emailAddress=a@b");
        DistinguishedName expected = DistinguishedName.of(
                Pem.certificates(directory.resolve("certificate")).get(0).getSubjectX500Principal());
        for (String form : List.of("compat", "RFC2253", "RFC2253,utf8,-esc_msb")) {
            String printed = TestCa.openssl(directory, "x509 -in certificate -noout -subject -nameopt " + form);
            assertThat(name(printed)).as(printed).isEqualTo(expected);
        }
        for (String form : List.of("oneline", "oneline,utf8", "oneline,-space_eq")) {
            String printed = TestCa.openssl(directory, "x509 -in certificate -noout -subject -nameopt " + form);
            assertThat(name(proposed(printed, "write ", " if OpenSSL"))).isEqualTo(expected);
        }
    }

    /** The form that the refusal of a name proposes between these words. */
    private static String proposed(String text, String before, String after) {
        try {
            throw new AssertionError(text + " was read as " + name(text));
        } catch (IllegalArgumentException e) {
            return substringBetween(e.getMessage(), before, after);
        }
    }

    private static String substringBetween(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    @Test
    void namesAsTheJdkPrintsThemAreReadOrRefusedWithWhatToWrite() {
        X500Principal principal = new X500Principal("CN=\"a, b\", O=x+UID=7, C=US");
        DistinguishedName expected = DistinguishedName.of(principal);
        assertThat(name(principal.getName())).isEqualTo(expected);
        assertThat(expected).isNotEqualTo(name("CN=a"));
        for (String printed : List.of(principal.toString(), principal.getName(X500Principal.RFC1779))) {
            assertThat(name(proposed(printed, "OpenSSL printed it, ", " if Java")))
                    .isEqualTo(expected);
        }
    }

    @Test
    void emptyNameOfACertificateIsEmptyText() {
        assertThat(DistinguishedName.of(new X500Principal(""))).hasToString("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | is needed",
                "hello | \"hello\"",
                "/C | \"C\"",
                "/=x | \"=x\"",
                "/C=US/XO=a | \"XO\"",
                "CN=x,XO=a | \"XO\"",
                "CN=x,O=Foo, Inc.,C=US | \"Inc.\"",
                "CN=a+b | \"b\"",
                "CN=x,,C=US | has no TYPE=",
                "CN=x, | has no TYPE=",
                "CN=,C=US | \"CN\"",
                "/ST=/CN=x | \"ST\"",
                "CN=\"x | closing",
                "CN=\"x\"y | closing",
                "CN=x\\q | \"\\q\"",
                "CN=#12345 | \"#12345\"",
                "CN=\\ff | UTF-8",
            })
    void errorNamesThePart(String text, String part) {
        assertThatThrownBy(() -> name(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }

    @Test
    void errorShowsControlCharactersEscaped() {
        assertThatThrownBy(() -> name("CN=x\ny,C=US"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CN=x\\u000ay");
    }
}
