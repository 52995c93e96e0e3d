package backhaul.pki;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.Hostile;
import javax.security.auth.x500.X500Principal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DistinguishedNameFuzzTest {
    @Provide
    Arbitrary<String> anything() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(60),
                Arbitraries.strings().withChars("/=,+\\\"#; CNOUcn.0129é\0").ofMaxLength(40));
    }

    @Provide
    Arbitrary<byte[]> damagedPrincipal() {
        return Hostile.damaged(
                new X500Principal("CN=a\\, b+OU=\\00x,O=\"Ex; ample\",EMAILADDRESS=ca@example.org,C=US").getEncoded());
    }

    @Property(tries = 3000)
    void whateverIsWrittenIsANameOrRefusedInASentence(@ForAll("anything") String text) {
        DistinguishedName name;
        try {
            name = DistinguishedName.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(name).isEqualTo(DistinguishedName.parse(text));
        expectPrintable(name);
    }

    /** Names that a certificate can contain and the JDK accepts. */
    @Property(tries = 3000)
    void whateverACertificateHoldsIsPrintable(@ForAll("damagedPrincipal") byte[] encoded) {
        X500Principal principal;
        try {
            principal = new X500Principal(encoded);
        } catch (IllegalArgumentException e) {
            return;
        }
        expectPrintable(DistinguishedName.of(principal));
    }

    private static void expectPrintable(DistinguishedName name) {
        assertThat(name.toString() + name.oneLine())
                .matches(text -> text.chars().noneMatch(Character::isISOControl));
    }
}
