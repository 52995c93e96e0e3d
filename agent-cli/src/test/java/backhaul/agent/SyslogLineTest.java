package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyslogLineTest {
    @Test
    void aMessageOfRfc5424IsDivided() {
        assertThat(SyslogLine.parse(
                        "<38>1 2026-11-23T19:47:44.877Z www sshd 811 ID7 [a@1 x=\"]\\\"\"][b@1] \ufeffhello"))
                .isEqualTo(new SyslogLine(
                        38,
                        "2026-11-23T19:47:44.877Z",
                        "www",
                        "sshd",
                        "811",
                        "ID7",
                        "[a@1 x=\"]\\\"\"][b@1]",
                        "hello"));
        assertThat(SyslogLine.parse("<38>1 - - - - - -"))
                .isEqualTo(new SyslogLine(38, null, null, null, null, null, null, ""));
    }

    @Test
    void structuredDataMayBeMissingOrBroken() {
        assertThat(SyslogLine.parse("<38>1 2026-11-23T19:47:44Z www app web.1 - State changed"))
                .isEqualTo(
                        new SyslogLine(38, "2026-11-23T19:47:44Z", "www", "app", "web.1", null, null, "State changed"));
        assertThat(SyslogLine.parse("<38>1 - www app - - [x a=\"y\" b").text()).isEqualTo("[x a=\"y\" b");
        assertThat(SyslogLine.parse("<38>1 - www app - - [x]y").text()).isEqualTo("[x]y");
        assertThat(SyslogLine.parse("<38>1 - www app - -").text()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "<34>Oct 11 22:14:15 mymachine su: 'su root' failed | Oct 11 22:14:15 | mymachine | su | - | ''su root'' failed",
                "<13>Oct  1 02:04:05 www cron[12]: (root) CMD | Oct  1 02:04:05 | www | cron | 12 | (root) CMD",
                "<13>Oct 1 02:04:05 cron[12]: from /dev/log | Oct 1 02:04:05 | - | cron | 12 | from /dev/log",
                "<13>2026-11-23T19:47:44.877123+01:00 www postfix/smtpd[9]: connect | 2026-11-23T19:47:44.877123+01:00 | www | postfix/smtpd | 9 | connect",
                "<189>*Mar  1 18:46:11.123: %SYS-5-CONFIG_I: done | Mar  1 18:46:11.123 | - | %SYS-5-CONFIG_I | - | done",
                "<189>Mar  1 2026 18:46:11 UTC: %SYS-5-A: done | Mar  1 2026 18:46:11 | - | %SYS-5-A | - | done",
                "<13>Oct  1 02:04:05 2001:db8::1 app: x | Oct  1 02:04:05 | 2001:db8::1 | app | - | x",
                "<13>Oct  1 02:04:05 www last message repeated 3 times | Oct  1 02:04:05 | www | - | - | last message repeated 3 times",
                "<13>app: no time | - | - | app | - | no time",
                "Oct  1 02:04:05 www app: no priority | Oct  1 02:04:05 | www | app | - | no priority"
            })
    void whatResemblesRfc3164IsDivided(
            String message, String time, String host, String program, String pid, String text) {
        int priority = message.startsWith("<") ? Integer.parseInt(message.replaceFirst("<(\\d+)>.*", "$1")) : -1;
        assertThat(SyslogLine.parse(message))
                .isEqualTo(new SyslogLine(priority, time, host, program, pid, null, null, text.replace("''", "'")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "<>x", "<192>x", "<1234>x", "<13", "<-1>x", "1 2026", ": x", "app: x", "\0x"})
    void whatIsOddIsText(String message) {
        assertThat(SyslogLine.parse(message))
                .isEqualTo(new SyslogLine(-1, null, null, null, null, null, null, message));
    }

    @Test
    void aPriorityCountsThoughTheRestIsOdd() {
        assertThat(SyslogLine.parse("<11>a word or two"))
                .isEqualTo(new SyslogLine(11, null, null, null, null, null, null, "a word or two"));
        assertThat(SyslogLine.parse("<11>").severity()).isEqualTo(Severity.ERR);
        assertThat(SyslogLine.parse("<11>2 - - - - - - x").text()).isEqualTo("2 - - - - - - x");
    }

    @Test
    void whatHasNoPriorityCountsAsANotice() {
        assertThat(SyslogLine.parse("hello").severity()).isEqualTo(Severity.NOTICE);
    }

    @Test
    void aLineEndBehindIsNoPartOfIt() {
        assertThat(SyslogLine.parse("<11>a: b\r\n\0").text()).isEqualTo("b");
    }
}
