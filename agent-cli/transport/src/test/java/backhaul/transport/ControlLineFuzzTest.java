package backhaul.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ControlLineFuzzTest {
    @Provide
    Arbitrary<byte[]> octets() {
        return Hostile.octets(Wire.MAX_CONTROL + 10);
    }

    @Provide
    Arbitrary<String> text() {
        return Arbitraries.strings().all().ofMaxLength(600);
    }

    @Property
    void whateverComesIsALineOrRefused(@ForAll("octets") byte[] octets) {
        ControlLine line;
        try {
            line = ControlLine.parse(octets, 0, octets.length);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).startsWith("a control line ");
            return;
        }
        byte[] again = line.octets();
        assertThat(again).hasSize(octets.length + 1).startsWith(octets).endsWith('\n');
    }

    @Property
    void whateverIsSaidCanBeRead(@ForAll("text") String text) {
        byte[] octets = ControlLine.of(Wire.BYE, "refused", text).octets();
        assertThat(octets).hasSizeLessThanOrEqualTo(Wire.MAX_CONTROL).endsWith('\n');
        ControlLine line = ControlLine.parse(octets, 0, octets.length - 1);
        assertThat(line.word()).isEqualTo(Wire.BYE);
        assertThat(List.of(line.argument(0), line.argument(9))).first().isEqualTo("refused");
    }
}
