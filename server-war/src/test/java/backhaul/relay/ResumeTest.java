package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.pki.Credentials;
import backhaul.relay.status.DisconnectedAgent;
import backhaul.transport.OwnMessage;
import backhaul.transport.Wire;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Gaps: resuming after one, the report of its size, and the takeover of a dead connection. */
class ResumeTest {

    @Test
    void agentThatComesBackCarriesOnWhereItStopped() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            String stream;
            try (TestAgent first = TestAgent.connect(relay, "one")) {
                stream = first.streamId();
                relay.send(0, 100);
                first.expect(0, 60);
            }
            relay.send(100, 200);
            try (TestAgent again = TestAgent.connect(relay, "one " + stream + " 60")) {
                assertThat(again.stream).isEqualTo("STREAM " + stream + " 60 5000 140");
                again.expect(60, 200);
            }
        }
    }

    @Test
    void agentThatWasAwayTooLongIsToldExactlyHowManyItLost() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "1MiB")) {
            String stream;
            try (TestAgent first = TestAgent.connect(relay, "one")) {
                stream = first.streamId();
                relay.send(0, 10);
                first.expect(0, 10);
            }
            relay.send(10, 10_000);
            try (TestAgent again = TestAgent.connect(relay, "one " + stream + " 10")) {
                assertThat(again.stream).startsWith("STREAM " + stream + " 10 ");
                String[] lost = again.line().split(" ");
                assertThat(lost).startsWith("LOST").endsWith("overrun");
                long oldest = 10 + Long.parseLong(lost[1]);
                again.expect(oldest, 10_000);
                AgentQueue queue = relay.relay.connected().stream()
                        .filter(agent -> !agent.isEnding())
                        .findFirst()
                        .orElseThrow()
                        .queue();
                await().until(() -> queue.depth() == 0);
                assertThat(queue.lost()).isEqualTo(oldest - 10);
                assertThat(queue.sent() + queue.lost()).isEqualTo(10_000 - 10);
            }
        }
    }

    @Test
    void agentOfAnEarlierRunGetsAllThatThisOneHolds() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            relay.send(0, 50);
            try (TestAgent agent = TestAgent.connect(relay, "one 0123456789abcdef 7000")) {
                assertThat(agent.stream).doesNotContain("0123456789abcdef").endsWith(" 0 5000 50");
                agent.expect(0, 50);
            }
        }
    }

    @Test
    void positionBeyondTheEndMeansFromNowOn() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            relay.send(0, 5);
            String stream;
            try (TestAgent first = TestAgent.connect(relay, "one")) {
                stream = first.streamId();
            }
            try (TestAgent agent = TestAgent.connect(relay, "one " + stream + " 999999999999999999")) {
                relay.send(5, 6);
                agent.expect(5, 6);
            }
        }
    }

    @Test
    void badPositionIsRefusedWithTheReason() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            for (String position : new String[] {"a/b 1", "abc -1", "abc x", "abc 1234567890123456789"}) {
                try (TestAgent peer = TestAgent.dial(relay, TestSite.HOME.sslContext(), "TLSv1.3", Wire.ALPN)) {
                    peer.say("HELLO one " + position + "\n");
                    assertThat(peer.rest()).startsWith("BYE refused the position in its HELLO must be");
                }
            }
        }
    }

    @Test
    void sameAgentTakesOverItsOlderConnection() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.max-agents", "1");
                TestAgent older = TestAgent.connect(relay, "one");
                TestAgent newer = TestAgent.connect(relay, "one")) {
            String address = "[127.0.0.1:" + newer.plain.getLocalPort() + "]";
            assertThat(older.rest()).isEqualTo("BYE superseded the same agent connected again from " + address + "\n");
            relay.awaitLog(
                    "Agent took over: CN=home",
                    address + " from [127.0.0.1:" + older.plain.getLocalPort() + "], which was last heard ");
            relay.send("one");
            assertThat(newer.text()).isEqualTo("one");
            relay.awaitAgents(1);
        }
    }

    @Test
    void olderConnectionThatIsStuckIsCutOffByTheTakeOver() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "16MiB", "relay.write-timeout", "1h");
                TestAgent stuck = TestAgent.connect(relay, "one")) {
            relay.send(0, 30_000);
            try (TestAgent newer = TestAgent.connect(relay, "one " + stuck.streamId() + " 0")) {
                newer.expect(0, 30_000);
                relay.awaitLog("Agent disconnected", ":" + stuck.plain.getLocalPort() + "]", "connected again");
            }
        }
    }

    @Test
    void agentWhoseCollectorIsAwayIsRememberedUntilItComesAgain() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            try (TestAgent agent = TestAgent.connect(relay, "one")) {
                agent.say("BYE collector nobody listens on 127.0.0.1:514\n");
                await().until(() -> !relay.relay.status().departed().isEmpty());
            }
            DisconnectedAgent departed = relay.relay.status().departed().get(0).agent();
            assertThat(departed.subject()).isEqualTo("CN=home,O=Example");
            assertThat(departed.reason()).isEqualTo("it said goodbye: collector nobody listens on 127.0.0.1:514");
            try (TestAgent again = TestAgent.connect(relay, "one")) {
                assertThat(again.stream).startsWith("STREAM");
                assertThat(relay.relay.status().departed()).isEmpty();
            }
        }
    }

    @Test
    void twoInstancesWithOneCertificateLiveSideBySide() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent one = TestAgent.connect(relay, "one");
                TestAgent two = TestAgent.connect(relay, "two")) {
            relay.send("both");
            assertThat(one.text()).isEqualTo("both");
            assertThat(two.text()).isEqualTo("both");
        }
    }

    @Test
    void strangerWithTheSameInstanceTakesNothingOver() throws Exception {
        Credentials other = TestSite.CA.agent("other").issue().credentials();
        try (TestRelay relay = TestRelay.start();
                TestAgent one = TestAgent.connect(relay, "one");
                TestAgent two = TestAgent.connect(relay, other, "one")) {
            relay.send("both");
            assertThat(one.text()).isEqualTo("both");
            assertThat(two.text()).isEqualTo("both");
        }
    }

    @Test
    void lineClientReadsHowManyWereLost() throws Exception {
        String message = "x".repeat(1_000);
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "1MiB", "relay.write-timeout", "1h");
                TestAgent slow = TestAgent.lines(relay)) {
            long sent = 0;
            AgentQueue queue = relay.relay.connected().get(0).queue();
            while (queue.lost() == 0 || queue.depth() > 0) {
                // More than the kernel and the ring hold together, then a client that reads at last.
                for (int i = 0; i < 100; i++) {
                    relay.send(message);
                }
                sent += 100;
                relay.awaitReceived(sent);
                if (sent == 12_000) {
                    break;
                }
            }
            long lines = 0;
            long lost = 0;
            boolean noticed = false;
            while (lines + lost < sent) {
                String line = slow.line();
                if (line.equals(message)) {
                    lines++;
                    noticed = false;
                } else {
                    assertThat(noticed).as("two notices for one gap").isFalse();
                    noticed = true;
                    assertThat(line)
                            .matches(
                                    "<44>1 \\S+Z \\S+ backhaul-relay \\d+ LOST - \\d+ messages lost: the relay's backlog"
                                            + " overflowed while this client read too slowly");
                    lost += Long.parseLong(line.replaceAll(".* LOST - (\\d+) .*", "$1"));
                }
            }
            assertThat(lines + lost).isEqualTo(sent);
            assertThat(lost).isPositive().isEqualTo(queue.lost());
        }
    }

    @Test
    void noticeIsASyslogMessage() {
        assertThat(new String(
                        OwnMessage.of("backhaul-relay", OwnMessage.Severity.WARNING, "LOST", "one — two"),
                        StandardCharsets.UTF_8))
                .matches(
                        "<44>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z \\S+ backhaul-relay \\d+ LOST - one — two");
        assertThat(OwnMessage.messages(1)).isEqualTo("1 message");
    }
}
