package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "relay.example.org, relay.example.org, 514",
        "relay.example.org:6514, relay.example.org, 6514",
        "203.0.113.5:1, 203.0.113.5, 1",
        "[::1], ::1, 514",
        "[2001:db8::5]:65535, 2001:db8::5, 65535",
        "my_nas, my_nas, 514",
        "bücher.example, bücher.example, 514"
    })
    void readsNamesAndAddresses(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":514",
                "host:",
                "host:0",
                "host:65536",
                "host:-1",
                "host:+1",
                "host:5x",
                "host:999999",
                "[::1",
                "[::1]514",
                "[]",
                "[host]:514",
                "[127.0.0.1]",
                "[::g]",
                "::1",
                "::1:514",
                "http://host",
                "a b",
                "-host",
                "[::1]:"
            })
    void refusesAnythingElseAndShowsIt(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ")
                .hasMessageEndingWith("was " + text);
    }

    @Test
    void anIpv6AddressIsShownInBrackets() {
        assertThat(HostPort.parse("[::1]:6514")).hasToString("[::1]:6514");
    }

    @Test
    void theInterfaceOfAZoneNeedNotBeUpYet() {
        assertThat(HostPort.parse("[fe80::1%nosuch0]:6514")).hasToString("[fe80::1%nosuch0]:6514");
        assertThatThrownBy(() -> HostPort.parse("[fe80::1%]:6514")).hasMessageContaining("inside the brackets");
    }

    @Test
    void theCertificateKnowsNeitherZoneNorFinalDot() {
        assertThat(new HostPort("fe80::1%eth0", 1).certificateName()).isEqualTo("fe80::1");
        assertThat(new HostPort("relay.example.org.", 1).certificateName()).isEqualTo("relay.example.org");
    }

    @Test
    void tellsAddressesFromNames() {
        assertThat(new HostPort("127.0.0.1", 1).isAddress()).isTrue();
        assertThat(new HostPort("::1", 1).isAddress()).isTrue();
        assertThat(new HostPort("1and1.example", 1).isAddress()).isFalse();
    }
}
