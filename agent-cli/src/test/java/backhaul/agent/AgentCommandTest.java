package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.transport.Credentials;
import backhaul.transport.TestCa;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentCommandTest {
    @TempDir
    Path directory;

    @Test
    void theCertificateThatExpiresIsTheOneThatIsTold() {
        TestCa ca = TestCa.create(directory);
        Credentials good = ca.agent("home").issue().credentials();
        Credentials short5 = ca.agent("issuer").days(5).issue().credentials();
        Credentials ownFirst = chain(short5, good);
        Credentials issuerFirst = chain(good, short5);
        Path file = Path.of("home.crt");
        Instant now = Instant.now();
        assertThat(warning(file, good, now)).isEmpty();
        assertThat(warning(file, ownFirst, now)).contains("WARNING The agent's certificate in home.crt expires at ");
        assertThat(warning(file, issuerFirst, now))
                .contains("WARNING The certificate of the agent's issuer in home.crt, CN=issuer,O=Example (serial ")
                .contains("), expires at ");
        assertThat(warning(file, issuerFirst, now.plus(Duration.ofDays(6))))
                .contains("WARNING The certificate of the agent's issuer in home.crt, CN=issuer,O=Example (serial ")
                .contains("), expired at ");
    }

    private static Credentials chain(Credentials own, Credentials issuer) {
        return new Credentials(own.key(), List.of(own.certificate(), issuer.certificate()), own.authorities());
    }

    private static String warning(Path file, Credentials credentials, Instant now) {
        try (CapturedLog log = new CapturedLog()) {
            AgentCommand.warnOfExpiry(file, credentials, now);
            return log.text();
        }
    }
}
