package backhaul.relay.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlTest {
    private static final Html BOLD = Html.of("<b>%s</b>", "$1 {other}");

    @Test
    void whatIsPutIntoATemplateIsTextUnlessItIsAPiece() {
        Html filled = Html.template("<p>{name}: {text}, {name}</p>")
                .with("name", "CN=<x>&'\"")
                .with("text", BOLD)
                .html();
        assertThat(filled.markup())
                .isEqualTo("<p>CN=&lt;x&gt;&amp;&#39;&quot;: <b>$1 {other}</b>, CN=&lt;x&gt;&amp;&#39;&quot;</p>");
    }

    @Test
    void aPlaceWithoutAValueAndAValueWithoutAPlaceAreFaults() {
        assertThatThrownBy(() -> Html.template("<p>{name}</p>").html()).hasMessage("nothing for {name}");
        assertThatThrownBy(() -> Html.template("<p>%</p>").with("name", 1).html())
                .hasMessage("no place for [name]");
    }
}
