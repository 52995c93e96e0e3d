package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.agent.Position.Mark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final String HEADER =
            "1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z \\S+ backhaul-agent \\d+ ";

    private final HostPort relay = new HostPort("relay.example.org", 514);
    private final FakeSender sender = new FakeSender();
    private final Position position = new Position(null);
    private CapturedLog log;
    private Handover handover;

    @BeforeEach
    void begin() {
        log = new CapturedLog();
        handover = new Handover(relay, sender, position, new RelayLog(relay));
    }

    @AfterEach
    void end() {
        log.close();
    }

    @Test
    void thePositionIsAskedForOnceThereIsOne() throws Exception {
        assertThat(handover.hello("me").toString()).isEqualTo("HELLO me");
        stream("a", 5);
        message("m5");
        handover.skipped(65_508);
        message("m7");
        assertThat(handover.hello("me").toString()).isEqualTo("HELLO me a 8");
        assertThat(sender.texts()).containsExactly("m5", "m7");
        assertThat(handover.summary()).isEqualTo("In all 2 messages, 0 lost, 1 too long, 0 outages");
    }

    @Test
    void anOutageIsToldBeforeTheNextMessage() throws Exception {
        stream("a", 0);
        message("m0");
        broken("the dog ate the cable");
        stream("a", 1);
        message("m1");
        message("m2");
        assertThat(sender.sent).hasSize(4);
        assertThat(sender.sent.get(1))
                .matches("<45>" + HEADER + "OUTAGE - connected to relay\\.example\\.org:514 again after 1 min 1 s;"
                        + " cause: the dog ate the cable; 0 messages lost");
        assertThat(sender.texts()).containsExactly("m0", "OUTAGE", "m1", "m2");
        assertThat(position.mark()).isEqualTo(new Mark("a", 3));
    }

    @Test
    void anOutageIsToldThoughNoMessageComes() throws Exception {
        stream("a", 0);
        broken("x");
        stream("a", 0);
        assertThat(sender.sent).isEmpty();
        handover.idle();
        handover.idle();
        assertThat(sender.texts()).containsExactly("OUTAGE");
    }

    @Test
    void whatThereIsToCatchUpIsToldIfTheRelaySaysIt() throws Exception {
        stream("a", 0);
        broken("x");
        handover.begin(new StreamStart("a", 0, Duration.ofSeconds(5), 1234));
        handover.idle();
        assertThat(sender.sent.get(0)).endsWith("; 0 messages lost; 1234 messages to catch up");
    }

    @Test
    void aLossInAnOutageIsOneMessage() throws Exception {
        stream("a", 0);
        broken("x");
        stream("a", 0);
        handover.lost(128, "overrun");
        message("m128");
        assertThat(sender.texts()).containsExactly("LOST", "m128");
        assertThat(sender.sent.get(0))
                .matches(
                        "<44>" + HEADER + "LOST - 128 messages lost: the backlog of the relay relay\\.example\\.org:514"
                                + " overflowed while this agent was away; connected to relay\\.example\\.org:514 again after"
                                + " 1 min 1 s; cause: x");
        assertThat(position.mark()).isEqualTo(new Mark("a", 129));
        assertThat(handover.lost()).isEqualTo(128);
    }

    @Test
    void aLossInMidStreamIsTheAgentsSlowness() throws Exception {
        stream("a", 0);
        message("m0");
        handover.lost(1, "overrun");
        handover.lost(2, "whim");
        assertThat(sender.sent.get(1))
                .endsWith(" LOST - 1 message lost: the backlog of the relay relay.example.org:514 overflowed because"
                        + " this agent was too slow");
        assertThat(sender.sent.get(2)).endsWith(" LOST - 2 messages lost: the relay relay.example.org:514 says whim");
        assertThat(position.mark()).isEqualTo(new Mark("a", 4));
    }

    @Test
    void lossesAreInTheStreamEachButInTheLogOnceAMinute() throws Exception {
        stream("a", 0);
        for (int i = 0; i < 1000; i++) {
            handover.lost(2, "overrun");
        }
        assertThat(sender.texts()).hasSize(1000).containsOnly("LOST");
        assertThat(log.lines("2 messages lost: ")).hasSize(1);
        assertThat(handover.summary()).contains(", 2000 lost, ");
    }

    @Test
    void aJumpWithoutAWordIsALoss() throws Exception {
        stream("a", 0);
        message("m0");
        stream("a", 4);
        message("m4");
        assertThat(sender.texts()).containsExactly("m0", "LOST", "m4");
        assertThat(sender.sent.get(1)).contains(" - 3 messages lost: ");
        assertThat(position.mark()).isEqualTo(new Mark("a", 5));
        assertThat(handover.lost()).isEqualTo(3);
    }

    @Test
    void aRestartOfTheRelayIsTold() throws Exception {
        stream("a", 0);
        message("m0");
        broken("the relay is stopping");
        stream("b", 0);
        message("n0");
        stream("c", 7);
        message("o7");
        assertThat(sender.texts()).containsExactly("m0", "OUTAGE", "n0", "RESTART", "o7");
        String lost = "the relay relay.example.org:514 was restarted: what it had received before and this agent had"
                + " not got, if anything, is lost";
        assertThat(sender.sent.get(1)).startsWith("<44>").endsWith("; cause: the relay is stopping; " + lost);
        assertThat(sender.sent.get(3)).startsWith("<44>").endsWith(" RESTART - " + lost);
        assertThat(position.mark()).isEqualTo(new Mark("c", 8));
    }

    @Test
    void inLinesNobodyKnowsWhatWasLost() throws Exception {
        handover.beginLines();
        message("m");
        broken("x");
        handover.beginLines();
        message("n");
        assertThat(sender.texts()).containsExactly("m", "OUTAGE", "n");
        assertThat(sender.sent.get(1))
                .startsWith("<44>")
                .endsWith("; cause: x; in lines nobody knows how many messages were lost");
        assertThat(position.mark()).isNull();
    }

    @Test
    void aNoticeThatTheCollectorDoesNotTakeStaysDue() throws Exception {
        stream("a", 0);
        broken("first");
        stream("a", 0);
        sender.away = true;
        assertThatThrownBy(() -> message("m0")).isInstanceOf(CollectorAwayException.class);
        broken("second");
        sender.away = false;
        stream("a", 0);
        message("m0");
        assertThat(sender.texts()).containsExactly("OUTAGE", "m0");
        assertThat(sender.sent.get(0)).contains("; cause: first; ");
        assertThat(position.mark()).isEqualTo(new Mark("a", 1));
    }

    @Test
    void aLossThatTheCollectorDoesNotTakeIsAskedForAgain() throws Exception {
        stream("a", 0);
        message("m0");
        sender.away = true;
        assertThatThrownBy(() -> handover.lost(5, "overrun")).isInstanceOf(CollectorAwayException.class);
        assertThat(handover.hello("me").toString()).isEqualTo("HELLO me a 1");
        assertThat(handover.lost()).isZero();
    }

    @Test
    void whatWasRefusedIsNotSavedAsDelivered() throws Exception {
        stream("a", 0);
        message("m0");
        handover.lost(5, "overrun");
        sender.held = 1;
        assertThat(handover.held()).isOne();
        assertThat(position.safe()).isEqualTo(new Mark("a", 1));
        sender.held = 0;
        assertThat(handover.offer()).isTrue();
        assertThat(position.safe()).isEqualTo(new Mark("a", 6));
    }

    @Test
    void aRefusalOfTheLastMessageIsNoticedThoughNoneFollows() throws Exception {
        stream("a", 0);
        message("m0");
        handover.idle();
        sender.held = 1;
        assertThatThrownBy(handover::idle)
                .isInstanceOf(CollectorAwayException.class)
                .hasMessage("the collector refused the message that it was sent last");
        assertThat(position.safe()).isEqualTo(new Mark("a", 0));
    }

    @Test
    void eachMessageIsCountedByWhatBecameOfIt() throws Exception {
        RelayCounters counters = handover.counters();
        stream("a", 0);
        message("m0");
        handover.skipped(70_000);
        handover.lost(3, "overrun");
        handover.lost(4, "whim");
        broken("x");
        stream("a", 20); // 9 was asked for
        message("m20");
        sender.away = true;
        assertThatThrownBy(() -> message("m21")).isInstanceOf(CollectorAwayException.class);
        assertThat(counters.received.get()).isEqualTo(4);
        assertThat(counters.receivedOctets.get()).isEqualTo(2 + 70_000 + 3 + 3);
        assertThat(counters.delivered.get()).isEqualTo(2);
        assertThat(counters.oversized.get()).isEqualTo(1);
        assertThat(counters.overrun.get()).isEqualTo(3);
        assertThat(counters.otherwiseLost.get()).isEqualTo(4);
        assertThat(counters.leftOut.get()).isEqualTo(11);
        assertThat(counters.lost()).isEqualTo(18);
        assertThat(counters.outages.get()).isEqualTo(1);
        assertThat(counters.position()).isEqualTo(new Mark("a", 21));
    }

    private void stream(String id, long next) {
        handover.begin(new StreamStart(id, next, Duration.ofSeconds(5), -1));
    }

    private void broken(String cause) {
        handover.broken(System.nanoTime() - Duration.ofSeconds(61).toNanos(), cause);
    }

    private void message(String text) throws CollectorAwayException {
        handover.message(("<" + text + ">").getBytes(UTF_8), 1, text.length());
    }

    private static final class FakeSender implements SyslogSender {
        final List<String> sent = new ArrayList<>();
        boolean away;
        int held;

        @Override
        public void send(byte[] octets, int offset, int length) throws CollectorAwayException {
            if (away) {
                throw new CollectorAwayException("the collector is away", null);
            }
            sent.add(new String(octets, offset, length, UTF_8));
        }

        /** What was sent; of the agent's own only the MSGID. */
        List<String> texts() {
            return sent.stream()
                    .map(text -> text.startsWith("<4") ? text.split(" ")[5] : text)
                    .toList();
        }

        @Override
        public boolean offer() {
            return !away;
        }

        @Override
        public int held() {
            return held;
        }

        @Override
        public void close() {}
    }
}
