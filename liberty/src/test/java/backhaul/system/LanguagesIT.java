package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a machine that speaks Turkish, where the capital of i has a dot, or Arabic, which has digits of its own. */
@Tag("shell")
class LanguagesIT {
    /** The environment of a machine with that language. */
    static Map<String, String> speaking(String language) {
        Path locales = Build.scratch("locale-" + language);
        Path locale = locales.resolve(language + ".UTF-8");
        Command.run(
                        locales,
                        Map.of(),
                        List.of(Tool.require("localedef"), "-i", language, "-f", "UTF-8", locale.toString()))
                .expect(0);
        return Map.of("LOCPATH", locales.toString(), "LC_ALL", language + ".UTF-8");
    }

    private static RelayServer relay(String name, Map<String, String> machine) {
        RelayServer relay = RelayServer.named(name).with("relay.backlog.size", "2MiB");
        machine.forEach(relay::with);
        return relay;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr_TR", "ar_EG"})
    void bothProgramsDoWhatTheyDoInEnglish(String language) {
        Map<String, String> machine = speaking(language);
        Received came = new Received();
        try (RelayServer relay = relay("relay-" + language, machine).byCommand().up();
                UdpSink home = new UdpSink(came);
                AgentProcess agent = AgentProcess.start(
                        language.substring(0, 2),
                        Namespace.OWN,
                        machine,
                        List.of(),
                        "127.0.0.1:" + home.port(),
                        relay);
                UdpSource source = new UdpSource(relay)) {
            relay.awaitAgents(1);
            source.send("<13>1 - www app - - - 12345");
            came.expectText(List.of("<13>1 - www app - - - 12345"));
            assertThat(relay.books().number("size")).isEqualTo(2 << 20);
            assertThat(relay.log()).contains("Ring of the newest messages: 2 MiB");
            assertThat(agent.log()).contains("Connected to " + relay.address()).isASCII();
            assertThat(relay.log()).isASCII();
            assertThat(relay.namespace().get(Integer.parseInt(relay.setting("http.port")), "/metrics"))
                    .contains("backhaul_relay_ring_size_bytes 2097152");
            Command check = Command.run(
                            Build.scratch("check-" + language),
                            relay.environment(),
                            List.of(Build.launcher().toString(), "check"))
                    .expect(0);
            assertThat(check.output()).contains("agents on TLS " + relay.address() + ": the running relay has it");
        }
    }

    /** As it is started by Liberty's own command, which sets no language. */
    @ParameterizedTest
    @ValueSource(strings = {"tr_TR", "ar_EG"})
    void withoutThePackagesCommandTheSettingsOfTheEnvironmentCountToo(String language) {
        try (RelayServer relay = relay("bare-" + language, speaking(language)).up()) {
            assertThat(relay.books().number("size")).isEqualTo(2 << 20);
            assertThat(new String(relay.process().output(), StandardCharsets.UTF_8))
                    .contains("Ring of the newest messages: 2 MiB");
        }
    }
}
