package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import backhaul.relay.status.Events;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final RelayLog log = new RelayLog(1_000);

    private List<String> lines() {
        return log.events().latest().stream().map(Events.Event::line).toList();
    }

    @Test
    void theLatestLineComesFirst() {
        log.info("Agent connected: one");
        log.warning("Agent refused: two");
        log.repeatable(RelayLog.Kind.STRANGER, "Agent refused: three");
        log.error("four");
        log.fault("five", new IllegalStateException("why"));
        assertThat(lines())
                .containsExactly(
                        "five: java.lang.IllegalStateException: why",
                        "four",
                        "Agent refused: three",
                        "Agent refused: two",
                        "Agent connected: one");
        assertThat(log.events().latest().get(1).level()).isEqualTo(System.Logger.Level.ERROR);
    }

    @Test
    void whatOthersProvokePushesNothingElseOut() {
        log.info("Agent connected: CN=home");
        for (int i = 0; i < Events.Sort.OTHERS.most; i++) {
            log.repeatable(RelayLog.Kind.PEER, "Agent refused: CN=anybody " + i);
        }
        for (int i = 0; i < Events.Sort.OTHERS.most; i++) {
            log.repeatable(RelayLog.Kind.STRANGER, "Agent refused: no TLS " + i);
            log.repeatable(RelayLog.Kind.CROWD, "Connection closed: " + i);
        }
        assertThat(lines())
                .hasSize(Events.Sort.OTHERS.most + 1)
                .startsWith("Connection closed: 9", "Agent refused: no TLS 9")
                .endsWith("Agent connected: CN=home");
    }

    @Test
    void anAgentThatComesAndGoesPushesOutItsOwnLinesOnly() {
        X509Certificate busy = TestSite.HOME.certificate();
        X509Certificate quiet = TestSite.CA.agent("quiet").issue().credentials().certificate();
        log.info("Relay started");
        log.agent(quiet, "Agent connected: CN=quiet");
        for (int i = 0; i < 100; i++) {
            log.agent(busy, "Agent connected: CN=home " + i);
        }
        assertThat(lines())
                .hasSize(Events.Sort.AGENTS.most + 1)
                .startsWith("Agent connected: CN=home 99")
                .endsWith("Agent connected: CN=quiet", "Relay started");
    }

    @Test
    void thereAreNoMoreThanSoMany() {
        Events events = new Events();
        for (int i = 0; i < 500; i++) {
            events.add(System.Logger.Level.INFO, "line " + i);
        }
        assertThat(events.latest())
                .hasSize(Events.Sort.OWN.most)
                .extracting(Events.Event::line)
                .startsWith("line 499")
                .endsWith("line 460");
    }

    @Test
    void whatTheLogDoesNotSayForWantOfAllowanceIsNoEvent() {
        RelayLog quiet = new RelayLog(2);
        for (int i = 0; i < 100; i++) {
            quiet.repeatable(RelayLog.Kind.PEER, "Agent refused: " + i);
        }
        assertThat(quiet.events().latest()).hasSizeLessThan(10).hasSizeGreaterThanOrEqualTo(2);
    }
}
