package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The relay's TLS port, tried from outside by a foreign TLS: versions, cipher suites, early data, new keys. */
class ProbeIT {
    @Test
    void thePortGivesStrangersNothingAndSpeaksOnlyTls13() {
        Tool.require("openssl");
        RelayServer relay = RelayServer.shared();
        Machine agent = Ca.shared().agent("probe");
        Command probe = Command.run(
                        Build.root().resolve("liberty/probe").toString(),
                        relay.address(),
                        agent.cert().toString(),
                        agent.key().toString())
                .expect(0);
        assertThat(probe.output())
                .contains("does not speak tls1_2", "speaks TLS 1.3 with", "in the handshake only", "takes new keys")
                .doesNotContain("[FAIL]");
        relay.awaitAgents(0);
    }
}
