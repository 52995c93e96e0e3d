package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that is not let in gets no byte of a message, and one line of the relay's log says who it was and why. */
class RefusalIT {
    private static final RelayServer RELAY = RelayServer.shared();

    /** Messages flow all the time, to an agent that is let in; so there would be something to get. */
    private static void expectRefused(String name, Machine machine, String who, String why, String... options)
            throws Exception {
        try (HandmadeAgent welcome = HandmadeAgent.connect(RELAY, Ca.shared().agent("welcome"));
                UdpSource host = new UdpSource(RELAY)) {
            RELAY.awaitAgents(1);
            int from = RELAY.log().length();
            try (Openssl stranger = Openssl.connect("refused-" + name, RELAY, machine, options)) {
                Wait.until("a refusal", () -> {
                    host.send("secret");
                    assertThat(welcome.next()).isEqualTo(Messages.octets("secret"));
                    return !refusals(from).isEmpty();
                });
                assertThat(refusals(from).get(0))
                        .contains(who)
                        .containsPattern(why)
                        .contains("127.0.0.1");
                stranger.awaitEnd(Wait.SOON);
                host.send("secret");
                assertThat(welcome.next()).isEqualTo(Messages.octets("secret"));
                assertThat(stranger.received())
                        .as("octets that it got: %s", stranger.errors())
                        .isEmpty();
            }
            assertThat(refusals(from)).as("one line").hasSize(1);
            assertThat(RELAY.log().substring(from)).doesNotContain("Agent connected");
        }
        RELAY.awaitAgents(0);
    }

    private static List<String> refusals(int from) {
        return RELAY.log()
                .substring(from)
                .lines()
                .filter(line -> line.contains("Agent refused"))
                .toList();
    }

    @Test
    void ofAnotherAuthority() throws Exception {
        Ca other = Ca.make("other-ca", "/C=US/ST=FL/O=Other");
        expectRefused(
                "other-authority", other.agent("intruder"), "CN=intruder", "(?i)authority|CA file|relay.tls.ca|trust");
    }

    @Test
    void ofAnotherIssuerUnderTheSameRoot() throws Exception {
        expectRefused("other-issuer", Ca.shared().issuedByRoot("by-root"), "CN=by-root", "issue");
    }

    @Test
    void expired() throws Exception {
        expectRefused("expired", Ca.shared().expired("late"), "CN=late", "expired");
    }

    @Test
    void withoutClientAuth() throws Exception {
        expectRefused("no-client-auth", Ca.shared().withoutClientAuth("server"), "CN=server", "(?i)client");
    }

    @Test
    void selfSigned() throws Exception {
        expectRefused(
                "self-signed",
                Ca.shared().selfSigned("myself"),
                "CN=myself",
                "(?i)authority|CA file|relay.tls.ca|trust");
    }

    @Test
    void withoutCertificate() throws Exception {
        expectRefused("no-certificate", null, "[127.0.0.1:", "(?i)no certificate");
    }

    @Test
    void ofTls12() throws Exception {
        expectRefused("tls-1.2", Ca.shared().agent("old"), "[127.0.0.1:", "TLS ?v?1\\.[23]", "-tls1_2");
    }
}
