package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.relay.status.Status;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that ends and one that begins: the next continues the stream, or counts what is lost. */
class RestartTest {
    @TempDir
    private Path directory;

    private TestRelay start(String... more) throws Exception {
        String[] settings = new String[more.length + 2];
        System.arraycopy(more, 0, settings, 0, more.length);
        settings[more.length] = "relay.backlog.file";
        settings[more.length + 1] = directory.resolve("ring").toString();
        return TestRelay.start(settings);
    }

    @Test
    void aRingInAFileGoesOnOverARestart() throws Exception {
        String stream;
        try (TestRelay relay = start()) {
            try (TestAgent agent = TestAgent.connect(relay, "one")) {
                stream = agent.streamId();
                relay.send(0, 100);
                agent.expect(0, 60);
            }
            relay.send(100, 150);
        }
        try (TestRelay relay = start();
                TestAgent agent = TestAgent.connect(relay, "one " + stream + " 60")) {
            assertThat(agent.stream).isEqualTo("STREAM " + stream + " 60 5000 90");
            relay.send(150, 200);
            agent.expect(60, 200);
            assertThat(relay.relay.describe().get(3))
                    .contains("ring, continues with 150 messages of an earlier run; stream " + stream);
            assertThat(relay.relay.receivedInRun()).isEqualTo(50);
            Status.Counts counts = relay.relay.status().counts();
            assertThat(counts.received() + counts.notices())
                    .isEqualTo(counts.next())
                    .isEqualTo(200);
            await().untilAsserted(() -> {
                Status.Connected connected = relay.relay.status().agents().get(0);
                assertThat(connected.sent() + connected.waiting() + connected.lost())
                        .isEqualTo(200 - connected.first());
                assertThat(connected.waiting()).isZero();
            });
        }
    }

    @Test
    void whatAnotherStreamHasLostAlreadyIsToldLikeAnyOtherLoss() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "1MiB")) {
            relay.send(0, 10_000);
            try (TestAgent agent = TestAgent.connect(relay, "one 0123456789abcdef 7000")) {
                assertThat(agent.stream).endsWith(" 0 5000 10000");
                long oldest = relay.relay.status().counts().oldest();
                agent.expect(oldest, 10_000);
                assertThat(agent.lost).isEqualTo(oldest).isPositive();
            }
        }
    }

    @Test
    void whatAStopLeavesUnsentIsSaidByItsNumber() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "16MiB", "relay.drain-timeout", "100ms")) {
            String departed;
            try (TestAgent agent = TestAgent.connect(relay, "two")) {
                departed = agent.plain.getLocalAddress().getHostAddress();
                agent.say("BYE shutdown for a while\n");
                assertThat(agent.rest()).isEmpty();
            }
            try (TestAgent slow = TestAgent.connect(relay, 4096, "one")) {
                relay.send(0, 30_000);
                AgentQueue queue = relay.relay.connected().get(0).queue();
                relay.relay.stop();

                long left = 30_000 - queue.sent();
                assertThat(left).isPositive();
                relay.awaitLog(
                        "Agent disconnected: CN=home",
                        queue.sent() + " messages sent, 0 lost, " + left + " messages not sent");
                relay.awaitLog(
                        "Not sent: 30,000 messages to CN=home,O=Example [" + departed,
                        "had disconnected: the ring was in memory");
                assertThat(slow.plain.isClosed()).isFalse();
            }
        }
    }

    @Test
    void anAgentThatReadsIsToldHowManyItWasNotSent() throws Exception {
        // Small buffers: the last word is soon read, on a busy machine too.
        try (TestRelay relay = TestRelay.start(
                "relay.backlog.size", "16MiB", "relay.drain-timeout", "0s", "relay.tls.send-buffer", "64KiB")) {
            try (TestAgent agent = TestAgent.connect(relay, 64 * 1024, "one")) {
                // More than the kernel holds for it: the writer is behind when the relay stops.
                relay.send(0, 30_000);
                Thread stop = new Thread(() -> {
                    try {
                        relay.relay.stop();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                stop.start();
                String rest = agent.rest();
                stop.join();
                assertThat(rest).containsPattern("BYE shutdown the relay was stopped, \\d+ messages not sent\n$");
            }
        }
    }

    @Test
    void aRingThatSomebodyCutsIsNoticed() throws Exception {
        try (TestRelay relay = start()) {
            relay.send(0, 10);
            assertThat(relay.relay.isRingLost()).isFalse();
            try (FileChannel file = FileChannel.open(directory.resolve("ring"), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            assertThat(relay.relay.isRingLost()).isTrue();
        }
        try (TestRelay relay = start()) {
            assertThat(relay.relay.describe().get(3))
                    .contains("is new, since the one that was there cannot be continued");
            assertThat(relay.relay.status().remarks())
                    .extracting(Status.Remark::sentence)
                    .anyMatch(sentence -> sentence.startsWith("relay.backlog.file: the ring in "));
            relay.send(0, 10);
        }
    }

    /** Several times: the JDK throws the fault wherever the thread is by then. */
    @RepeatedTest(10)
    void appendingToARingWithoutItsFileEndsTheReceiverAndNothingElse() throws Exception {
        try (TestRelay relay = start("relay.backlog.size", "1MiB")) {
            try (FileChannel file = FileChannel.open(directory.resolve("ring"), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            relay.send("one");
            relay.awaitLog("The ring has gone bad");
            assertThat(relay.relay.isRingLost()).isTrue();
        }
        assertThat(Files.size(directory.resolve("ring"))).isZero();
    }
}
