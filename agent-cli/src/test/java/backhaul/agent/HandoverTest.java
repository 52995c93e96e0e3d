package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import backhaul.agent.Position.Mark;
import backhaul.transport.ControlLine;
import backhaul.transport.OwnMessage;
import backhaul.transport.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final String HEADER =
            "1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z \\S+ backhaul-agent \\d+ ";

    private final HostPort relay = new HostPort("relay.example.org", 514);
    private final FakeSender sender = new FakeSender();
    private final Position position = new Position(null);
    private final AtomicLong clock = new AtomicLong(); // ns
    private final AtomicLong wall = new AtomicLong(); // ms
    private Silence silence;
    private CapturedLog log;
    private Handover handover;

    @BeforeEach
    void begin() {
        log = new CapturedLog();
        silence = new Silence(relay, Duration.ofHours(1), null, clock::get, wall::get);
        handover = new Handover(relay, sender, position, silence, new RelayLog(relay));
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
    void aRelayThatGoesOnWithItsRingHasLostNothing() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 28840 messages not sent");
        handover.refused();
        handover.begin(new StreamStart("a", 1, Duration.ofSeconds(5), 28_840));
        message("m1");
        assertThat(sender.texts()).containsExactly("m0", "OUTAGE", "m1");
        assertThat(sender.sent.get(1))
                .startsWith("<45>")
                .endsWith("again after 1 min 1 s; cause: the relay was restarted; 0 messages lost;"
                        + " 28840 messages to catch up");
        assertThat(handover.lost()).isZero();
    }

    @Test
    void aRelayThatRefusedConnectionsMeanwhileWasRestarted() throws Exception {
        handover.refused(); // before the first connection: that tells nothing
        stream("a", 0);
        message("m0");
        broken("killed");
        handover.refused();
        stream("a", 1);
        message("m1");
        broken("the dog ate the cable");
        stream("a", 2);
        message("m2");
        assertThat(sender.texts()).containsExactly("m0", "OUTAGE", "m1", "OUTAGE", "m2");
        assertThat(sender.sent.get(1)).endsWith("; cause: killed; the relay was restarted; 0 messages lost");
        assertThat(sender.sent.get(3)).endsWith("; cause: the dog ate the cable; 0 messages lost");
    }

    @Test
    void whatTheOldRingHadNotSentIsLostWithItsNumber() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 28840 messages not sent");
        stream("b", 0);
        message("n0");
        assertThat(sender.texts()).containsExactly("m0", "LOST", "n0");
        assertThat(sender.sent.get(1))
                .startsWith("<44>")
                .endsWith(
                        " LOST - 28840 messages lost: the relay relay.example.org:514 was restarted with a new ring and"
                                + " had not sent them from the old one; connected to relay.example.org:514 again after 1 min 1 s;"
                                + " cause: the relay was restarted");
        assertThat(handover.lost()).isEqualTo(28_840);
        assertThat(position.mark()).isEqualTo(new Mark("b", 1));
    }

    @Test
    void whatTheOldRingHadNotSentIsToldBesideWhatTheNewOneHasNot() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 1 message not sent");
        stream("b", 0);
        handover.lost(128, "overrun");
        message("n128");
        assertThat(sender.texts()).containsExactly("m0", "LOST", "n128");
        assertThat(sender.sent.get(1))
                .contains(" LOST - 128 messages lost: ", "overflowed while this agent was away; connected to ")
                .endsWith(
                        "; cause: the relay was restarted; its ring is new, and the old one is lost with 1 message that"
                                + " had not been sent");
        assertThat(handover.lost()).isEqualTo(129);
        assertThat(position.mark()).isEqualTo(new Mark("b", 129));
    }

    @Test
    void aRingThatWasSentToItsEndIsNoLoss() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 0 messages not sent");
        stream("b", 0);
        message("n0");
        assertThat(sender.sent.get(1))
                .startsWith("<45>")
                .contains(" OUTAGE - ")
                .endsWith("; cause: the relay was restarted; its ring is new, and everything in the old one had been"
                        + " sent; 0 messages lost");
    }

    @Test
    void aRingThatIsGoneWithoutAWordIsALossOfUnknownSize() throws Exception {
        stream("a", 0);
        message("m0");
        Moment last = new Moment(
                System.nanoTime(), Instant.parse("2026-11-28T01:00:00.250Z").toEpochMilli());
        handover.broken(last, "killed", 0);
        stream("b", 0);
        message("n0");
        stream("c", 0);
        message("o0");
        assertThat(sender.texts()).containsExactly("m0", "OUTAGE", "n0", "RESTART", "o0");
        assertThat(sender.sent.get(1))
                .startsWith("<44>")
                .endsWith(
                        "; cause: killed; the relay was restarted: its ring is new, and whatever was in the old one and"
                                + " had not been sent here by 2026-11-28T01:00:00.250Z is lost, the number is unknown");
        assertThat(sender.sent.get(3))
                .startsWith("<44>")
                .endsWith(
                        " RESTART - the relay relay.example.org:514 was restarted: its ring is new, and whatever was in"
                                + " the old one and had not been sent to this agent's last run is lost, the number is unknown");
        assertThat(position.mark()).isEqualTo(new Mark("c", 1));
    }

    @Test
    void whatWasStillToComeFromARingThatIsGoneIsLostAtLeast() throws Exception {
        stream("a", 0);
        message("m0");
        handover.broken(Moment.now(), "killed", 1234);
        stream("b", 0);
        message("n0");
        assertThat(sender.sent.get(1)).startsWith("<44>").endsWith(" is lost, at least 1234 messages");
        assertThat(handover.lost()).isEqualTo(1234);
        handover.broken(Moment.now(), "killed", 7);
        stream("b", 1);
        message("n1");
        assertThat(sender.sent.get(3)).endsWith("; cause: killed; 0 messages lost");
        assertThat(handover.lost()).isEqualTo(1234);
    }

    @Test
    void whatARelayOfAnotherVersionSaysInStoppingIsNoNumber() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("good night");
        stream("b", 0);
        message("n0");
        assertThat(sender.sent.get(1)).startsWith("<44>").endsWith(" is lost, the number is unknown");
    }

    @Test
    void theNumberOfAnEarlierStopIsNotThatOfALaterOne() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 0 messages not sent");
        sender.away = true;
        stream("a", 1); // the same ring, and nothing could be told
        assertThatThrownBy(() -> message("m1")).isInstanceOf(CollectorAwayException.class);
        broken("killed");
        stream("b", 0);
        sender.away = false;
        message("n0");
        assertThat(sender.sent.get(1)).endsWith(" is lost, the number is unknown");
    }

    @Test
    void aRingBetweenTwoOthersIsALossOfUnknownSizeToo() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 0 messages not sent");
        sender.away = true;
        stream("b", 0);
        assertThatThrownBy(() -> message("n0")).isInstanceOf(CollectorAwayException.class);
        stream("c", 0);
        sender.away = false;
        message("o0");
        assertThat(sender.texts()).containsExactly("m0", "OUTAGE", "o0");
        assertThat(sender.sent.get(1)).endsWith(" is lost, the number is unknown");
    }

    @Test
    void aNewRingWhoseBeginIsGoneHasLostThat() throws Exception {
        stream("a", 0);
        message("m0");
        stopped("the relay was stopped, 0 messages not sent");
        stream("b", 7); // as relays did that say no LOST then
        message("n7");
        assertThat(sender.texts()).containsExactly("m0", "LOST", "n7");
        assertThat(sender.sent.get(1)).contains(" LOST - 7 messages lost: ");
        assertThat(handover.lost()).isEqualTo(7);
        assertThat(position.mark()).isEqualTo(new Mark("b", 8));
    }

    @Test
    void thePositionMovesToANewRingOnceTheLossIsTold() throws Exception {
        stream("a", 0);
        message("m0");
        broken("x");
        stream("b", 0);
        handover.tellBeside("EXPIRY", "soon");
        assertThat(position.safe()).isEqualTo(new Mark("a", 1));
        sender.away = true;
        assertThatThrownBy(() -> message("n0")).isInstanceOf(CollectorAwayException.class);
        assertThat(handover.hello("me").toString()).isEqualTo("HELLO me a 1");
        sender.away = false;
        stream("b", 0);
        handover.idle();
        assertThat(position.safe()).isEqualTo(new Mark("b", 0));
        assertThat(sender.texts()).containsExactly("m0", "EXPIRY", "OUTAGE");
    }

    @Test
    void aSilenceIsToldOnceAndItsEndBeforeTheMessageThatEndsIt() throws Exception {
        stream("a", 0);
        message("m0");
        handover.tellSilence(null);
        pass(Duration.ofMinutes(59));
        handover.tellSilence(null);
        pass(Duration.ofMinutes(2));
        handover.tellSilence(null);
        handover.tellSilence(null);
        assertThat(sender.texts()).containsExactly("m0", "SILENT");
        assertThat(sender.sent.get(1))
                .matches("<44>" + HEADER + "SILENT - no message has come from the relay relay\\.example\\.org:514 for"
                        + " 1 h 1 min, though it is connected: look whether the syslog daemon of its server runs and"
                        + " still sends to the relay");
        pass(Duration.ofHours(1));
        message("m1");
        message("m2");
        assertThat(sender.texts()).containsExactly("m0", "SILENT", "SILENT", "m1", "m2");
        assertThat(sender.sent.get(2))
                .matches("<45>" + HEADER + "SILENT - messages come from the relay relay\\.example\\.org:514 again after"
                        + " a silence of 2 h 1 min");
        assertThat(position.mark()).isEqualTo(new Mark("a", 3));
        assertThat(log.lines("no message has come")).hasSize(1);
    }

    @Test
    void aSilenceIsToldInAnOutageToo() throws Exception {
        stream("a", 7);
        broken("x");
        pass(Duration.ofMinutes(61));
        handover.tellSilence("connection refused");
        handover.tellSilence("no route");
        assertThat(sender.sent)
                .singleElement()
                .asString()
                .endsWith(" for 1 h 1 min, and there is no connection: connection refused");
    }

    /** What came in an outage is on its way then. */
    @Test
    void noSilenceIsToldBeforeAnythingHasComeOfAStream() throws Exception {
        stream("a", 7);
        pass(Duration.ofHours(2));
        handover.tellSilence(null);
        assertThat(sender.sent).isEmpty();
        handover.idle();
        handover.tellSilence(null);
        assertThat(sender.texts()).containsExactly("SILENT");
    }

    @Test
    void whatTheCollectorDoesNotTakeOfASilenceIsToldLater() throws Exception {
        stream("a", 7);
        handover.idle();
        pass(Duration.ofMinutes(61));
        sender.away = true;
        assertThatThrownBy(() -> handover.tellSilence(null)).isInstanceOf(CollectorAwayException.class);
        sender.away = false;
        handover.tellSilence("gone");
        assertThat(sender.texts()).containsExactly("SILENT");
        sender.away = true;
        assertThatThrownBy(() -> message("m7")).isInstanceOf(CollectorAwayException.class);
        sender.away = false;
        message("m7");
        assertThat(sender.texts()).containsExactly("SILENT", "SILENT", "m7");
        assertThat(position.mark()).isEqualTo(new Mark("a", 8));
    }

    @Test
    void aNoticeOfTheRelayEndsNoSilence() throws Exception {
        stream("a", 7);
        handover.idle();
        pass(Duration.ofMinutes(61));
        handover.tellSilence(null);
        byte[] notice = OwnMessage.of("backhaul-relay", OwnMessage.Severity.WARNING, "EXPIRY", "soon");
        handover.message(notice, 0, notice.length);
        handover.tellSilence(null);
        assertThat(sender.texts()).containsExactly("SILENT", "EXPIRY");
        message("m8");
        assertThat(sender.texts()).containsExactly("SILENT", "EXPIRY", "SILENT", "m8");
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
    void onlyMessagesOfTheRelayAreLeftToTheNextRun() throws Exception {
        stream("a", 0);
        message("m0");
        broken("x");
        stream("a", 1);
        handover.idle(); // OUTAGE
        sender.held = 1;
        handover.close();
        assertThat(log.lines("A notice of this agent's own was not taken by the collector"))
                .hasSize(1);
        assertThat(log.lines("left to the next run")).isEmpty();
        sender.held = 2; // m0 too
        handover.close();
        assertThat(log.lines("1 message not taken by the collector: left to the next run, if there is a state file"))
                .hasSize(1);
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

    @Test
    void whatRelaysCallLostAddsUpToNoNegativeNumber() throws Exception {
        for (int i = 0; i < 12; i++) {
            stream("s" + i, 0);
            handover.lost(Wire.MAX_NUMBER, i % 2 == 0 ? "overrun" : "whim");
        }
        assertThat(handover.lost()).isEqualTo(2 * Wire.MAX_NUMBER);
        assertThat(handover.counters().toCatchUp()).isZero();
        assertThat(handover.hello("me").toString()).isEqualTo("HELLO me s11 " + Wire.MAX_NUMBER);
    }

    @Test
    void earlierMessagesAreAskedForOnceTheStreamIsKnown() throws Exception {
        Handover tail = reachingBack(3);
        assertThat(tail.hello("me").toString()).isEqualTo("HELLO me");
        assertThat(tail.reachesBack(new StreamStart("a", 10, Duration.ofSeconds(5), 0)))
                .isTrue();
        assertThat(tail.hello("me").toString()).isEqualTo("HELLO me a 7");
        StreamStart earlier = new StreamStart("a", 7, Duration.ofSeconds(5), 3);
        assertThat(tail.reachesBack(earlier)).isFalse();
        tail.begin(earlier);
        tail.message("m7".getBytes(UTF_8), 0, 2);
        assertThat(sender.texts()).containsExactly("m7");
        assertThat(tail.hello("me").toString()).isEqualTo("HELLO me a 8");
    }

    @Test
    void whatTheRingHasNotOfEarlierMessagesIsNoLossButLaterOnesAre() throws Exception {
        Handover tail = reachingBack(Wire.MAX_NUMBER);
        assertThat(tail.reachesBack(new StreamStart("a", 10, Duration.ofSeconds(5), 0)))
                .isTrue();
        assertThat(tail.hello("me").toString()).isEqualTo("HELLO me a 0");
        tail.begin(new StreamStart("a", 0, Duration.ofSeconds(5), 10));
        tail.lost(6, "overrun");
        assertThat(sender.sent).isEmpty();
        assertThat(log.lines("The relay's ring has 4 earlier messages, and no older ones"))
                .hasSize(1);
        tail.message("m6".getBytes(UTF_8), 0, 2);
        tail.lost(2, "overrun");
        assertThat(sender.texts()).containsExactly("m6", "LOST");
        assertThat(tail.hello("me").toString()).isEqualTo("HELLO me a 9");
        assertThat(tail.lost()).isEqualTo(2);
    }

    @Test
    void anEmptyRingHasNothingEarlier() {
        assertThat(reachingBack(3).reachesBack(new StreamStart("a", 0, Duration.ofSeconds(5), 0)))
                .isFalse();
        assertThat(reachingBack(0).reachesBack(new StreamStart("a", 9, Duration.ofSeconds(5), 0)))
                .isFalse();
    }

    /** Another ring's numbers are not those that were asked for. */
    @Test
    void aRingThatIsNewByThenHasItsLossesTold() throws Exception {
        Handover tail = reachingBack(3);
        tail.reachesBack(new StreamStart("a", 10, Duration.ofSeconds(5), 0));
        tail.begin(new StreamStart("b", 0, Duration.ofSeconds(5), 5));
        tail.lost(2, "overrun");
        assertThat(sender.texts()).containsExactly("LOST");
    }

    @Test
    void aRelayInLinesCannotBeAskedForEarlierMessages() {
        reachingBack(3).beginLines();
        assertThat(log.lines("The relay sends lines: it cannot be asked for earlier messages"))
                .hasSize(1);
    }

    private Handover reachingBack(long messages) {
        return new Handover(relay, sender, new Position(null, messages), silence, new RelayLog(relay));
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        wall.addAndGet(time.toMillis());
    }

    private void stream(String id, long next) {
        handover.begin(new StreamStart(id, next, Duration.ofSeconds(5), -1));
    }

    private void broken(String cause) {
        Moment now = Moment.now();
        handover.broken(new Moment(now.nanos() - Duration.ofSeconds(61).toNanos(), now.millis() - 61_000), cause, 0);
    }

    private void stopped(String text) {
        handover.stopped(ControlLine.of("BYE", ("shutdown " + text).split(" ")));
        broken("the relay is stopping: " + text);
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
