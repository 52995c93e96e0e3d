package backhaul.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A relay with real sockets and agents that do as the tests say. */
class ServingTest {
    private static final Duration SLOW = Duration.ofSeconds(5);

    @Test
    void messageReachesEveryAgentInItsFraming() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent counted = TestAgent.connect(relay);
                TestAgent lines = TestAgent.lines(relay)) {
            relay.send("<13>Nov 23 10:15:00 host app: hello\n");

            assertThat(counted.text()).isEqualTo("<13>Nov 23 10:15:00 host app: hello\n");
            assertThat(lines.line()).isEqualTo("<13>Nov 23 10:15:00 host app: hello");
        }
    }

    @Test
    void streamSaysWhereTheAgentBegins() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "700ms")) {
            relay.send("before");
            relay.awaitReceived(1);
            try (TestAgent agent = TestAgent.connect(relay)) {
                assertThat(agent.stream).matches("STREAM [0-9a-f]{16} 1 700 0");
                relay.send("after");
                assertThat(agent.text()).isEqualTo("after");
            }
        }
    }

    @Test
    void datagramsOfAnyOctetsAndSizesArriveUnchanged() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (TestRelay relay = TestRelay.start();
                TestAgent agent = TestAgent.connect(relay)) {
            relay.send(all);
            assertThat(agent.message()).isEqualTo(all);
            for (int size : new int[] {1, 2, 9, 10, 99, 100, 999, 1_000, 1_023, 1_024, 9_999, 10_000, 65_506, 65_507}) {
                byte[] message = "é".repeat(size).getBytes(ISO_8859_1);
                relay.send(message);
                assertThat(agent.message()).isEqualTo(message);
            }
        }
    }

    @Test
    void emptyDatagramIsCountedAndNotSent() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent agent = TestAgent.connect(relay)) {
            relay.send("");
            relay.send("next");

            assertThat(agent.text()).isEqualTo("next");
            assertThat(relay.relay.status().counts().empty()).isEqualTo(1);
            assertThat(relay.relay.status().counts().received()).isEqualTo(1);
        }
    }

    /** Each turn of the receiver fails behind its append, until told not to. */
    private static void failEachTurn(RunningRelay relay, AtomicBoolean failing) {
        relay.say("TEST", "before the failure", () -> {
            if (failing.get()) {
                failEachTurn(relay, failing);
                throw new IllegalStateException("of the test");
            }
        });
    }

    @Test
    void whatCameBeforeAFailureOfTheReceiverIsSentWhileItLasts() throws Exception {
        AtomicBoolean failing = new AtomicBoolean(true);
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "1h");
                TestAgent agent = TestAgent.connect(relay)) {
            await().until(() -> relay.relay.connected().get(0).queue().isWaiting());
            failEachTurn(relay.relay, failing);
            for (int i = 0; i < 3; i++) {
                assertThat(agent.text()).endsWith("before the failure");
            }
            await().until(() -> relay.relay.status().problem() != null);
            assertThat(relay.relay.status().problem())
                    .startsWith("Receiving on UDP [127.0.0.1:")
                    .endsWith("failed, trying again: java.lang.IllegalStateException: of the test");
            await().until(() -> relay.relay.status().receiving()); // it goes round
            failing.set(false);
            await().until(() -> relay.relay.status().problem() == null);
        }
    }

    @Test
    void noticeOfTheRelayTakesItsPlaceInTheStream() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent agent = TestAgent.connect(relay)) {
            relay.send("one");
            relay.awaitReceived(1);
            relay.relay.say("DROPPED", "5 messages lost before the relay could read them");
            assertThat(agent.text()).isEqualTo("one");
            assertThat(agent.text()).matches("<44>1 .* DROPPED - 5 messages lost before the relay could read them");
            assertThat(relay.relay.status().counts().received()).isEqualTo(1);
            relay.awaitLog("5 messages lost before the relay could read them");
        }
    }

    @Test
    void receiveBufferThatTheKernelCutsDownIsSaidWithTheSysctl() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.udp.receive-buffer", "1GiB")) {
            relay.awaitLog("The kernel granted ", "of the 1073741824 bytes", "net.core.rmem_max=1073741824");
        }
    }

    @Test
    void idleAgentGetsHeartbeats() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "300ms");
                TestAgent agent = TestAgent.connect(relay)) {
            assertThat(agent.line()).isEqualTo("ALIVE");
            agent.say("ALIVE\n");
            assertThat(agent.line()).isEqualTo("ALIVE");
        }
    }

    @Test
    void idleAgentIsNotTakenForOneThatIsStuck() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "600ms", "relay.write-timeout", "100ms");
                TestAgent agent = TestAgent.connect(relay)) {
            assertThat(agent.line()).isEqualTo("ALIVE");
        }
    }

    @Test
    void lineClientGetsNoHeartbeatAndMayBeSilent() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "100ms");
                TestAgent lines = TestAgent.lines(relay);
                TestAgent counted = TestAgent.connect(relay)) {
            relay.awaitLog("Agent disconnected", "nothing heard of it for 300 ms");
            relay.send("still there");

            assertThat(lines.line()).isEqualTo("still there");
        }
    }

    @Test
    void whatALineClientSaysIsIgnored() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent lines = TestAgent.lines(relay)) {
            lines.say("GET / HTTP/1.1\n" + "x".repeat(10_000));
            relay.send("one");
            assertThat(lines.line()).isEqualTo("one");
        }
    }

    @Test
    void unknownControlWordIsIgnored() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent agent = TestAgent.connect(relay)) {
            agent.say("FUTURE word 1 2 3\nALIVE\n");
            relay.send("one");
            assertThat(agent.text()).isEqualTo("one");
        }
    }

    @Test
    void garbageEndsTheConnectionAndOnlyThat() throws Exception {
        try (TestRelay relay = TestRelay.start();
                TestAgent bad = TestAgent.connect(relay);
                TestAgent good = TestAgent.connect(relay)) {
            bad.say("\0garbage\n");
            assertThat(bad.rest()).startsWith("BYE refused a control line is printable ASCII");
            relay.awaitLog("Agent disconnected", "control line");
            relay.send("one");
            assertThat(good.text()).isEqualTo("one");
        }
    }

    @Test
    void connectionIsLoggedFromItsStartToItsEnd() throws Exception {
        try (TestRelay relay = TestRelay.start()) {
            try (TestAgent agent = TestAgent.connect(relay)) {
                relay.awaitLog(
                        "Agent connected: CN=home", "[127.0.0.1:" + agent.plain.getLocalPort() + "]", "syslog-relay/1");
                relay.send(0, 3);
                agent.expect(0, 3);
                agent.say("BYE shutdown stopped by hand\n");
                relay.awaitLog("Agent disconnected: CN=home", "3 messages sent", "it said goodbye: shutdown stopped");
            }
            relay.awaitAgents(0);
        }
    }

    @Test
    void stalledAgentDelaysNobodyAndItsLossIsCounted() throws Exception {
        long messages = 60_000;
        try (TestRelay relay = TestRelay.start(
                        "relay.backlog.size", "1MiB", "relay.write-timeout", "2m", "relay.heartbeat", "1m");
                TestAgent stalled = TestAgent.connect(relay);
                TestAgent healthy = TestAgent.connect(relay)) {
            Future<?> reading = TestRelay.beside(() -> {
                healthy.expect(0, messages);
                return null;
            });
            AgentConnection slow = relay.relay.connected().stream()
                    .filter(agent -> agent.peer().name().contains(":" + stalled.plain.getLocalPort() + "]"))
                    .findFirst()
                    .orElseThrow();
            AgentQueue fast = relay.relay.connected().stream()
                    .filter(agent -> agent != slow)
                    .findFirst()
                    .orElseThrow()
                    .queue();
            for (long number = 0; number < messages; number += 100) {
                relay.send(number, number + 100);
                // The healthy one is given the time to read; the stalled one never reads.
                while (fast.octets() > 512 * 1024) {
                    Thread.onSpinWait();
                }
            }

            reading.get(60, TimeUnit.SECONDS);
            assertThat(slow.queue().depth()).isPositive();

            // Once it reads again it gets what the ring still holds, and the books balance.
            long first = 0;
            while (!new String(stalled.message(), ISO_8859_1).equals("end")) {
                if (first++ == 0) {
                    relay.send("end");
                }
            }
            await().until(() -> slow.queue().depth() == 0);
            assertThat(slow.queue().lost()).isPositive();
            assertThat(slow.queue().sent() + slow.queue().lost())
                    .isEqualTo(relay.relay.status().counts().received());
            assertThat(first).isEqualTo(slow.queue().sent() - 1);
            assertThat(stalled.lost).isEqualTo(slow.queue().lost());
        }
    }

    @Test
    void agentThatTakesNothingIsCutOffAfterTheWriteTimeout() throws Exception {
        try (TestRelay relay = TestRelay.start("relay.backlog.size", "16MiB", "relay.write-timeout", "200ms");
                TestAgent stalled = TestAgent.connect(relay)) {
            relay.send(0, 30_000);

            relay.awaitLog("Agent disconnected", "it took nothing for longer than relay.write-timeout (200 ms)");
            relay.awaitAgents(0);
        }
    }

    @Test
    void sweepsAreFrequentWhileAHandshakeOrAnEndIsUnderWay() throws Exception {
        try (TestRelay relay = TestRelay.start(
                        "relay.backlog.size", "16MiB", "relay.write-timeout", "2m", "relay.heartbeat", "1m");
                TestAgent stalled = TestAgent.connect(relay)) {
            await().until(() -> !relay.relay.isBusyEnding());
            try (Socket stranger =
                    new Socket(relay.tls().getAddress(), relay.tls().getPort())) {
                assertThat(stranger.isConnected()).isTrue();
                await().until(relay.relay::isBusyEnding);
            }
            await().until(() -> !relay.relay.isBusyEnding());

            relay.send(0, 30_000);
            AgentConnection ending = relay.relay.connected().get(0);
            await().until(() -> ending.queue().depth() > 0); // and it stays so
            ending.shutdown(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
            assertThat(relay.relay.isBusyEnding()).isTrue();
            ending.cut();
            relay.awaitAgents(0);
            assertThat(relay.relay.isBusyEnding()).isFalse();
        }
    }

    @Test
    void aTurnThatBringsNoMessageWakesNoWriter() throws Exception {
        int turns = 50;
        try (TestRelay relay = TestRelay.start("relay.heartbeat", "1m");
                TestAgent agent = TestAgent.connect(relay)) {
            AgentQueue queue = relay.relay.connected().get(0).queue();
            await().until(queue::isWaiting);
            long writer = relay.threads.stream()
                    .filter(thread -> thread.getName().equals("backhaul-writer"))
                    .findFirst()
                    .orElseThrow()
                    .getId();
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long before = threads.getThreadInfo(writer).getWaitedCount();
            for (int turn = 1; turn <= turns; turn++) {
                relay.send("");
                long received = turn;
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> relay.relay.status().counts().empty() == received);
            }
            relay.send(0, 1);
            agent.expect(0, 1);
            assertThat(threads.getThreadInfo(writer).getWaitedCount() - before).isLessThan(turns / 2);
        }
    }

    /**
     * The first would be cut off if the kernel held megabytes for it and told of room only after a third of them; the
     * second if a batch of 128 KiB had to be through in time.
     */
    @ParameterizedTest
    @CsvSource({"256KiB, 300_000", "16KiB, 60_000"})
    void agentThatReadsSlowlyButAllTheTimeIsNotCutOff(String sendBuffer, String octetsPerSecond) throws Exception {
        long rate = Long.parseLong(octetsPerSecond.replace("_", ""));
        try (TestRelay relay = TestRelay.start(
                "relay.backlog.size",
                "16MiB",
                "relay.tls.send-buffer",
                sendBuffer,
                "relay.write-timeout",
                "1500ms",
                "relay.heartbeat",
                "1m")) {
            relay.send(0, 30_000);
            try (TestAgent slow = TestAgent.connect(relay, 4_096, "slow 0123456789abcdef 0")) {
                long begin = System.nanoTime();
                long number = 0;
                for (long read = 0; System.nanoTime() - begin < SLOW.toNanos(); number++) {
                    slow.expect(number, number + 1);
                    read += Messages.length(number);
                    // Paced, as a slow line would.
                    long due = begin + read * 1_000_000_000L / rate;
                    while (due - System.nanoTime() > 0) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                }
                assertThat(relay.relay.connected()).singleElement().matches(agent -> !agent.isEnding());
                slow.expect(number, 30_000);
                assertThat(slow.lost).isZero();
            }
        }
    }

    @Test
    void stopSaysByeToTheConnectedAndCutsTheStalled() throws Exception {
        TestRelay relay = TestRelay.start("relay.backlog.size", "16MiB");
        try (TestAgent stalled = TestAgent.connect(relay);
                TestAgent idle = TestAgent.connect(relay);
                TestAgent lines = TestAgent.lines(relay)) {
            CountDownLatch caughtUp = new CountDownLatch(1);
            Future<String> rest = TestRelay.beside(() -> {
                idle.expect(0, 30_000);
                caughtUp.countDown();
                return idle.rest();
            });
            Future<Integer> read = TestRelay.beside(() -> lines.rest().length());
            relay.send(0, 30_000);

            assertThat(caughtUp.await(30, TimeUnit.SECONDS)).isTrue();
            relay.close(); // fails if one thread is left

            assertThat(rest.get(10, TimeUnit.SECONDS))
                    .isEqualTo("BYE shutdown the relay was stopped, 0 messages not sent\n");
            assertThat(read.get(10, TimeUnit.SECONDS)).isPositive();
            assertThat(relay.log)
                    .filteredOn(line -> line.contains("Agent disconnected"))
                    .hasSize(3);
        }
    }

    @Test
    void messagesThatWaitAtTheStopAreStillSent() throws Exception {
        TestRelay relay = TestRelay.start();
        try (TestAgent agent = TestAgent.connect(relay)) {
            for (long number = 0; number < 500; number++) {
                relay.send(Messages.message(number).array()); // in the socket or the ring, as it comes
            }
            Future<?> stop = TestRelay.beside(() -> {
                relay.close();
                return null;
            });
            agent.expect(0, 500);
            assertThat(agent.rest()).startsWith("BYE shutdown");
            stop.get(10, TimeUnit.SECONDS);
        }
    }
}
