package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shell scripts. */
class ScriptsIT {
    private static String script(String path) {
        return Build.root().resolve(path).toString();
    }

    @Test
    @Tag("shell")
    void shellcheckHasNothingToSay() {
        Command.run(
                        Tool.require("shellcheck"),
                        script("ca-scripts/backhaul-ca"),
                        script("ca-scripts/test/ca-test"),
                        script("liberty/bench"),
                        script("liberty/demo"),
                        script("liberty/probe"),
                        script("liberty/reproduce"),
                        script("liberty/src/main/dist/bin/backhaul-relay"),
                        script("liberty/src/deb/control/postinst"),
                        script("liberty/src/deb/control/prerm"),
                        script("liberty/src/deb/control/postrm"),
                        script("liberty/src/test/debian/boot"),
                        script("liberty/src/test/debian/make"),
                        script("agent-cli/src/main/dist/bin/backhaul-agent"),
                        script("agent-cli/src/main/collecting/backhaul-digest"),
                        script("agent-cli/src/main/collecting/backhaul-mail"),
                        script("agent-cli/src/deb/control/postinst"),
                        script("agent-cli/src/deb/control/prerm"),
                        script("agent-cli/src/deb/control/postrm"),
                        script("liberty/src/packaging/bom"),
                        script("liberty/src/packaging/manual"),
                        script("liberty/src/packaging/stage"),
                        script(".ci/run"))
                .expect(0);
        Command.run(
                        Tool.require("shellcheck"),
                        "--shell=bash",
                        script("liberty/src/main/completion/backhaul-relay"),
                        script("ca-scripts/completion/backhaul-ca"))
                .expect(0);
    }

    @Test
    @Tag("shell")
    void norOfWhatIsInABundle() {
        String shellcheck = Tool.require("shellcheck");
        Command.run(
                        Build.scratch("installer"),
                        Map.of("ca", script("ca-scripts/backhaul-ca")),
                        List.of("sh", "-euc", """
                        "$ca" init --dn /O=Example
                        "$ca" agent home
                        "$ca" bundle home
                        tar xOf backhaul-authority/machines/home/home.tar install >install
                        """ + shellcheck + " install"))
                .expect(0);
    }

    @Test
    @Tag("shell")
    void theAuthoritysOwnTestPasses() {
        Command.run(script("ca-scripts/test/ca-test")).expect(0);
    }

    @Test
    void theDemoBringsItsMessagesHome() {
        Command demo = Command.run(
                        Build.scratch("demo"),
                        Map.of("JAVA_HOME", System.getProperty("java.home")),
                        List.of(script("liberty/demo"), "--once"))
                .expect(0);
        assertThat(demo.output()).contains("4 of 4 messages came home, in order and unchanged.");
        String page = "server-war/DEVELOPING.md";
        List<String> shown =
                Markdown.read(page).blocks("Building", "text").get(0).lines();
        assertThat(shown.get(0)).isEqualTo("$ liberty/demo --once");
        Likeness.expect(page, shown.subList(1, shown.size()), demo.output());
    }
}
