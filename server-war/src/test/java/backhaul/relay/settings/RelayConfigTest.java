package backhaul.relay.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.pki.DistinguishedName;
import backhaul.pki.Revocations.Outdated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayConfigTest {
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "relay.tls.cert", "/etc/relay.crt",
            "relay.tls.key", "/etc/relay.key",
            "relay.tls.ca", "/etc/ca.crt",
            "relay.tls.issuer", "/O=Example/CN=Issuing CA"));

    private RelayConfig config() throws RelayConfig.Invalid {
        return RelayConfig.parse(key -> Optional.ofNullable(settings.get(key)));
    }

    @Test
    void defaultsAreAsDocumented() throws Exception {
        RelayConfig config = config();
        assertThat(config.udp().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(config.udp().getPort()).isEqualTo(514);
        assertThat(config.tls().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(config.tls().getPort()).isEqualTo(514);
        assertThat(config.receiveBuffer()).isEqualTo(8 << 20);
        assertThat(config.sendBuffer()).isEqualTo(256 << 10);
        assertThat(config.backlogSize()).isEqualTo(32 << 20);
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.writeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.maxAgents()).isEqualTo(64);
        assertThat(config.maxHandshakes()).isEqualTo(64);
        assertThat(config.maxPerAddress()).isEqualTo(16);
        assertThat(config.maxPerCertificate()).isEqualTo(8);
        assertThat(config.keyPassphraseFile()).isEmpty();
        assertThat(config.revocations()).isEmpty();
        assertThat(config.outdated()).isEqualTo(Outdated.ACCEPT);
        assertThat(config.allowed()).isEmpty();
    }

    @Test
    void valuesAreTyped() throws Exception {
        settings.put("relay.udp.address", "::1");
        settings.put("relay.backlog.size", "2 MiB");
        settings.put("relay.heartbeat", "250ms");
        settings.put("relay.write-timeout", " 2m ");
        settings.put("relay.tls.key-passphrase-file", "/etc/pass");
        settings.put("relay.tls.crl", "/etc/crl.pem");
        settings.put("relay.tls.crl-outdated", "refuse");
        settings.put("relay.tls.allow", "cn:home; san:198.51.100.7;");
        RelayConfig config = config();
        assertThat(config.revocations()).contains(Path.of("/etc/crl.pem"));
        assertThat(config.outdated()).isEqualTo(Outdated.REFUSE);
        assertThat(AllowList.describe(config.allowed())).isEqualTo("if on the allow-list of 2");
        assertThat(config.udp().getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(config.backlogSize()).isEqualTo(2 << 20);
        assertThat(config.heartbeat()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.writeTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.keyPassphraseFile()).contains(Path.of("/etc/pass"));
        assertThat(config.certificate()).isEqualTo(Path.of("/etc/relay.crt"));
    }

    @Test
    void bothFormsOfTheIssuerMeanTheSame() throws Exception {
        DistinguishedName oneLine = config().issuer();
        settings.put("relay.tls.issuer", "CN=Issuing CA,O=Example");
        assertThat(config().issuer()).isEqualTo(oneLine);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "relay.backlog.size | 12 | relay.backlog.size must be 1MiB..1GiB, was 12",
                "relay.backlog.size | 2GiB | relay.backlog.size must be 1MiB..1GiB, was 2GiB",
                "relay.backlog.size | 32 MB | relay.backlog.size must be 1MiB..1GiB, was 32 MB",
                "relay.udp.receive-buffer | 1 | relay.udp.receive-buffer must be 64KiB..1GiB, was 1",
                "relay.tls.send-buffer | 1GiB | relay.tls.send-buffer must be 0..64MiB, was 1GiB",
                "relay.udp.port | 65536 | relay.udp.port must be a whole number 0..65535, was 65536",
                "relay.tls.port | http | relay.tls.port must be a whole number 0..65535, was http",
                "relay.udp.address | 300.1.2.3 | relay.udp.address must be an IPv4 or IPv6 address of this machine, or"
                        + " * for all of them, was 300.1.2.3",
                "relay.tls.address | localhost | relay.tls.address must be an IPv4 or IPv6 address of this machine, or"
                        + " * for all of them, was localhost",
                "relay.heartbeat | 5 | relay.heartbeat must be 100ms..1h (units ms, s, m, h), was 5",
                "relay.heartbeat | 50ms | relay.heartbeat must be 100ms..1h (units ms, s, m, h), was 50ms",
                "relay.handshake-timeout | 1h | relay.handshake-timeout must be 100ms..2m (units ms, s, m, h), was 1h",
                "relay.drain-timeout | 5s | relay.drain-timeout must be 0s..1200ms (units ms, s, m, h), was 5s",
                "relay.max-agents | 0 | relay.max-agents must be a whole number 1..10000, was 0",
                "relay.tls.crl-outdated | ignore | relay.tls.crl-outdated must be accept or refuse, was ignore",
                "relay.tls.allow | cn:home; office | relay.tls.allow cannot have the entry \"office\": an entry is cn:NAME,"
                        + " san:NAME, dn:DISTINGUISHED NAME or sha256:FINGERPRINT, separated by semicolons",
                "relay.tls.allow | ; | relay.tls.allow has no entry: give it cn:NAME, san:NAME, dn:DISTINGUISHED NAME or"
                        + " sha256:FINGERPRINT, separated by semicolons, or remove it",
                "relay.max-per-address | 0 | relay.max-per-address must be a whole number 1..10000, was 0",
                "relay.max-per-certificate | 0 | relay.max-per-certificate must be a whole number 1..10000, was 0",
                "relay.max-handshakes | -1 | relay.max-handshakes must be a whole number 1..10000, was -1"
            })
    void wrongValueIsNamedWithItsLimits(String key, String value, String sentence) {
        settings.put(key, value);
        assertThatThrownBy(this::config).isInstanceOf(RelayConfig.Invalid.class).hasMessage(sentence);
    }

    @Test
    void badIssuerIsNamed() {
        settings.put("relay.tls.issuer", "Example CA");
        assertThatThrownBy(this::config)
                .hasMessageStartingWith("relay.tls.issuer must be a distinguished name such as /C=US/")
                .hasMessageContaining("was Example CA");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        settings.remove("relay.tls.cert");
        settings.put("relay.udp.port", "x");
        settings.put("relay.heartbeat", "y");
        assertThatThrownBy(this::config)
                .hasMessageContaining("relay.udp.port must be")
                .hasMessageContaining("relay.tls.cert is not set: give it the PEM file with the relay's certificate")
                .hasMessageContaining("relay.heartbeat must be");
    }

    @Test
    void blankIsAsIfNotSet() throws Exception {
        settings.put("relay.heartbeat", "  ");
        assertThat(config().heartbeat()).isEqualTo(Duration.ofSeconds(5));
    }
}
