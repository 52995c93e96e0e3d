package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LineFilterTest {
    private static final SyslogLine WARNING = SyslogLine.parse("<36>1 - www.example.net sshd 1 - - Failed password");
    private static final SyslogLine ODD = SyslogLine.parse("what is this?");

    @Test
    void aSeverityIsThisAndWorse() {
        assertThat(new LineFilter(Severity.WARNING, List.of(), List.of(), List.of()).shows(WARNING))
                .isTrue();
        assertThat(new LineFilter(Severity.DEBUG, List.of(), List.of(), List.of()).shows(WARNING))
                .isTrue();
        assertThat(new LineFilter(Severity.ERR, List.of(), List.of(), List.of()).shows(WARNING))
                .isFalse();
        assertThat(Severity.parse("Error")).isEqualTo(Severity.ERR);
        assertThat(Severity.parse("4")).isEqualTo(Severity.WARNING);
        assertThatThrownBy(() -> Severity.parse("bad"))
                .hasMessage("must be one of emerg, alert, crit, err, warning, notice, info, debug, was bad");
    }

    @Test
    void namesAreWholeAndMayHaveStars() {
        assertThat(hosts("WWW.example.net").shows(WARNING)).isTrue();
        assertThat(hosts("mail", "www.*").shows(WARNING)).isTrue();
        assertThat(hosts("*").shows(WARNING)).isTrue();
        assertThat(hosts("www").shows(WARNING)).isFalse();
        assertThat(hosts("www?example.net").shows(WARNING)).isFalse();
        assertThat(hosts("*").shows(ODD)).isFalse();
    }

    @Test
    void everyKindOfConditionMustHold() {
        LineFilter filter = new LineFilter(
                null, names("www*"), names("sshd"), List.of(LineFilter.text("^Fail"), LineFilter.text("zzz")));
        assertThat(filter.shows(WARNING)).isTrue();
        assertThat(filter.shows(SyslogLine.parse("<36>1 - www cron 1 - - Failed")))
                .isFalse();
        assertThat(filter.shows(SyslogLine.parse("<36>1 - www sshd 1 - - ok"))).isFalse();
    }

    @Test
    void aPatternThatIsNoneIsSaid() {
        assertThatThrownBy(() -> LineFilter.text("a("))
                .hasMessageStartingWith("must be a regular expression of Java, was a( (");
    }

    @Test
    void aMessageThatIsTooMuchForThePatternIsShown() {
        SyslogLine endless = SyslogLine.parse("ab".repeat(32_000));
        LineFilter filter = new LineFilter(null, List.of(), List.of(), List.of(LineFilter.text("(a|b)*c")));
        assertThat(filter.shows(endless)).isTrue();
        assertThat(filter.shows(SyslogLine.parse("abab"))).isFalse();
    }

    private static LineFilter hosts(String... names) {
        return new LineFilter(null, names(names), List.of(), List.of());
    }

    private static List<Pattern> names(String... names) {
        return List.of(names).stream().map(LineFilter::name).toList();
    }
}
