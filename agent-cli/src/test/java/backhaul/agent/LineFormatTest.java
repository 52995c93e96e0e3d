package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LineFormatTest {
    private final ColumnFormat columns = new ColumnFormat(false, ZoneOffset.ofHours(1));

    @Test
    void timeHostAndSeverityAreColumns() {
        assertThat(columns("<38>1 2026-11-03T19:47:44.877Z www sshd 811 - - Grüße"))
                .isEqualTo("Nov  3 20:47:44 www info    sshd[811]: Grüße");
        assertThat(columns("<12>Oct 11 22:14:15 mail cron: x")).isEqualTo("Oct 11 22:14:15 mail warning cron: x");
        assertThat(columns("odd")).isEqualTo("-               -    -       odd");
        assertThat(columns("<13>1 2026-13-03T19:47:44Z w a - - [d@1]"))
                .isEqualTo("2026-13-03T19:47:44Z w    notice  a: [d@1]");
    }

    @Test
    void coloursTellTheSeverity() {
        ColumnFormat coloured = new ColumnFormat(true, ZoneOffset.UTC);
        assertThat(format(coloured, "<11>a: b"))
                .isEqualTo("\u001b[2m-\u001b[0m               \u001b[36m-\u001b[0m \u001b[31merr\u001b[0m     "
                        + "\u001b[1ma:\u001b[0m \u001b[31mb\u001b[0m");
        assertThat(format(coloured, "<14>a: b")).endsWith(" info    \u001b[1ma:\u001b[0m b");
    }

    @Test
    void aMessageCannotDriveTheTerminal() {
        assertThat(columns("<13>1 - \u001b]0;host \u009b31mapp \7 - - \u001b[2J\u001b]52;c;x\7a\tb\nc\rd\u202ee\u0080"))
                .isEqualTo("-               - notice  1 - \\u001b]0;host \\u009b31mapp \\u0007 - - "
                        + "\\u001b[2J\\u001b]52;c;x\\u0007a    b\\nc\\rd\\u202ee\\u0080");
    }

    @Test
    void octetsThatAreNoTextAreShown() {
        byte[] octets = {'a', (byte) 0xff, (byte) 0xc3, (byte) 0xbc, (byte) 0xc3, 'b', (byte) 0xe2, (byte) 0x82};
        assertThat(MessageText.decode(octets, 0, octets.length)).isEqualTo("a\\xffü\\xc3b\\xe2\\x82");
        String whole = "\ufffd, as it was sent";
        byte[] sent = whole.getBytes(UTF_8);
        assertThat(MessageText.decode(sent, 0, sent.length)).isEqualTo(whole);
    }

    @Test
    void jsonHasThePartsThatThereAre() {
        assertThat(format(new JsonFormat(), "<38>1 2026-11-03T19:47:44Z www sshd 811 ID [d@1 a=\"b\"] \"\\ü\t\u001b"))
                .isEqualTo("{\"severity\":\"info\",\"facility\":4,\"time\":\"2026-11-03T19:47:44Z\",\"host\":\"www\","
                        + "\"program\":\"sshd\",\"pid\":\"811\",\"msgid\":\"ID\",\"data\":\"[d@1 a=\\\"b\\\"]\","
                        + "\"message\":\"\\\"\\\\ü\\u0009\\u001b\"}");
        assertThat(format(new JsonFormat(), "odd")).isEqualTo("{\"message\":\"odd\"}");
    }

    @Property(tries = 500)
    void whateverComesIsOneLineOfWhatPrints(@ForAll byte[] octets) {
        SyslogLine line = SyslogLine.parse(MessageText.decode(octets, 0, octets.length));
        for (LineFormat format : new LineFormat[] {new ColumnFormat(false, ZoneOffset.UTC), new JsonFormat()}) {
            StringBuilder out = new StringBuilder();
            format.append(line, out);
            assertThat(out.toString()).matches("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]*");
        }
    }

    private String columns(String message) {
        return format(columns, message);
    }

    private static String format(LineFormat format, String message) {
        StringBuilder out = new StringBuilder();
        format.append(SyslogLine.parse(message), out);
        return out.toString();
    }
}
