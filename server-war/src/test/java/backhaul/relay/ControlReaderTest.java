package backhaul.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;

class ControlReaderTest {
    private static ControlReader reader(String text) {
        return new ControlReader(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }

    @Test
    void linesComeOneAfterTheOther() throws IOException {
        ControlReader in = reader("HELLO abc\nALIVE\nBYE shutdown stopped by hand\n");
        assertThat(in.next().toString()).isEqualTo("HELLO abc");
        assertThat(in.next().toString()).isEqualTo("ALIVE");
        assertThat(in.next().text(1)).isEqualTo("stopped by hand");
        assertThat(in.next()).isNull();
    }

    @Test
    void linesMayComeOctetByOctet() throws IOException {
        String text = "HELLO abc\n" + "ALIVE\n".repeat(500);
        ControlReader in = new ControlReader(new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < text.length() ? text.charAt(at++) : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int octet = read();
                if (octet >= 0) {
                    into[from] = (byte) octet;
                }
                return octet < 0 ? -1 : 1;
            }
        });
        assertThat(in.next().argument(0)).isEqualTo("abc");
        for (int i = 0; i < 500; i++) {
            assertThat(in.next().word()).isEqualTo("ALIVE");
        }
        assertThat(in.next()).isNull();
    }

    @Test
    void endlessLineIsRefusedBeforeItGrows() {
        assertThatThrownBy(() -> reader("A".repeat(100_000)).next())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("512");
    }

    @Test
    void garbageIsRefused() {
        for (String garbage : new String[] {"\0\n", "\n", "get / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n", "12 x\n"}) {
            assertThatThrownBy(() -> reader(garbage).next()).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void endWithinALineIsABrokenConnection() {
        assertThatThrownBy(() -> reader("ALIV").next()).isInstanceOf(EOFException.class);
    }
}
