package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import backhaul.agent.FakeRelay.Session;
import backhaul.pki.Revocations;
import backhaul.pki.TestCa;
import backhaul.pki.TestCa.Issued;
import backhaul.transport.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent against a relay that a test plays, over real sockets and TLS. */
class ReconnectorTest {
    private static final int HEARTBEAT = 5000; // ms; a machine that is busy for a while ends nothing
    private static final int SHORT_HEARTBEAT = 500; // ms, where silence is what is tested
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    @TempDir
    static Path directory;

    private static TestCa ca;
    private static Issued relayFiles;
    private static Issued agentFiles;

    private final List<AutoCloseable> open = new ArrayList<>();
    private CapturedLog log;
    private FakeCollector collector;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration silence = Duration.ZERO;

    @BeforeAll
    static void certificates() {
        ca = TestCa.create(directory);
        relayFiles =
                ca.relay("relay", "DNS:localhost", "IP:127.0.0.1", "IP:::1").issue();
        agentFiles = ca.agent("home").issue();
    }

    @BeforeEach
    void begin() throws IOException {
        log = new CapturedLog();
        collector = FreePort.open(FakeCollector::new);
    }

    @AfterEach
    void end() throws Exception {
        // Relays first: an agent that stops waits a little for its relay to answer.
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        collector.close();
        log.close();
    }

    @ParameterizedTest
    @CsvSource({"localhost", "127.0.0.1"})
    void messagesComeHomeByteForByteAndInOrder(String host) throws Exception {
        FakeRelay relay = octetCounted();
        agent(agentFiles, host + ":" + relay.port());
        Session session = relay.session();
        assertThat(session.start(HEARTBEAT)).matches("HELLO [A-Za-z0-9-]{1,64}");
        session.send("11 <13>a\nb\0\377!?ALIVE\n5 hello7 goodbye");
        assertThat(collector.messages(3)).containsExactly("<13>a\nb\0\377!?", "hello", "goodbye");
        assertThat(log.lines("Connected to " + host + ":" + relay.port() + " [127.0.0.1:" + relay.port()
                        + "] as CN=home,O=Example, with a heartbeat every 5 s"))
                .hasSize(1);
    }

    @Test
    void aRelayCanBeAnIpv6Address() throws Exception {
        FakeRelay relay = track(FakeRelay.octetCounted(relayFiles.credentials(), "::1"));
        agent(agentFiles, "[::1]:" + relay.port());
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 ok");
        assertThat(collector.message()).isEqualTo("ok");
        assertThat(log.lines("Connected to [::1]:" + relay.port() + " [[::1]:" + relay.port() + "] as"))
                .hasSize(1);
    }

    @Test
    void withoutAlpnLinesAreReadAndNothingIsSent() throws Exception {
        FakeRelay relay = track(FakeRelay.lines(relayFiles.credentials()));
        Agent agent = agent(agentFiles, "localhost:" + relay.port());
        Session session = relay.session();
        session.send("<13>one\n\n<13>two\r\nunfinis");
        assertThat(collector.messages(2)).containsExactly("<13>one", "<13>two\r");
        session.tls.setSoTimeout(500);
        assertThatThrownBy(session::line).isInstanceOf(SocketTimeoutException.class);
        agent.stop(STOP_LIMIT);
        assertThat(session.line()).isNull();
    }

    @Test
    void heartbeatsAreSentThoughNothingIsReceived() throws Exception {
        Session session = session(300);
        assertThat(session.line()).isEqualTo("ALIVE");
        assertThat(session.line()).isEqualTo("ALIVE");
    }

    @Test
    void aCollectorThatIsAwayEndsTheConnectionUntilItIsBack() throws Exception {
        int port = collector.port();
        FakeRelay relay = followed();
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 m0");
        assertThat(collector.message()).isEqualTo("m0");
        collector.close();
        session.send("2 m12 m2");
        String sentence = "the collector 127.0.0.1:" + port + " refuses messages (no syslog daemon listens there)";
        assertThat(session.lineButAlive()).isEqualTo("BYE collector " + sentence);
        assertThat(session.line()).isNull();
        session.tls.close();
        await().until(() -> !log.lines("2 messages: " + sentence + "; trying the collector again every second")
                .isEmpty());
        collector = FreePort.reopen(FakeCollector::new, port);
        assertThat(collector.message()).isEqualTo("m1");
        session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 m2");
        assertThat(collector.message()).contains(" OUTAGE - ", "; cause: " + sentence + "; 0 messages lost");
        assertThat(collector.message()).isEqualTo("m2");
        assertThat(log.lines("The collector 127.0.0.1:" + port + " takes messages again after "))
                .hasSize(1);
    }

    @Test
    void aSilentRelayIsLeftAfterThreeIntervals() throws Exception {
        FakeRelay relay = followed();
        long begin = System.nanoTime();
        relay.session().start(SHORT_HEARTBEAT);
        relay.session().start(60_000);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(3 * SHORT_HEARTBEAT + 750), Duration.ofSeconds(10));
        assertThat(log.lines("Disconnected after"))
                .singleElement()
                .asString()
                .contains("0 messages: nothing came from the relay for 1.5 s: the path is dead, or the relay is;"
                        + " next attempt in ");
    }

    @Test
    void anyOctetKeepsTheConnection() throws Exception {
        Session session = session(SHORT_HEARTBEAT);
        for (int i = 0; i < 8; i++) {
            assertThat(session.line()).isEqualTo("ALIVE");
            session.send(i == 0 ? "8 " : "x");
        }
        session.send("y");
        assertThat(collector.message()).isEqualTo("xxxxxxxy");
        assertThat(log.lines("Disconnected")).isEmpty();
    }

    @Test
    void aRefusedCertificateIsToldAndTriedAgain() throws Exception {
        TestCa other = TestCa.create(directory, "Other");
        Path both = Files.writeString(
                directory.resolve("both.pem"),
                Files.readString(other.caFile()) + Files.readString(relayFiles.authorities()));
        FakeRelay relay = octetCounted();
        agent(other.agent("stranger").issue(), both, "localhost:" + relay.port());
        await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> log.lines("next attempt in").size() >= 2);
        assertThat(log.lines("next attempt in"))
                .allSatisfy(line -> assertThat(line)
                        .contains(" WARNING localhost:" + relay.port() + ": the relay ")
                        .containsAnyOf("unknown_ca", "certificate_unknown", "bad_certificate"));
        assertThat(log.lines("Connected")).isEmpty();
    }

    @Test
    void aRelayOfAnotherNameIsNotTrusted() throws Exception {
        FakeRelay relay = track(FakeRelay.octetCounted(
                ca.relay("relay", "DNS:relay.example.org").issue().credentials()));
        agent(agentFiles, "localhost:" + relay.port());
        await().until(() -> !log.lines("the certificate of the relay is for relay.example.org, not for localhost")
                .isEmpty());
        assertThat(log.lines("Connected")).isEmpty();
    }

    @Test
    void theCommonNameOfARelayIsNotItsName() throws Exception {
        FakeRelay relay =
                track(FakeRelay.octetCounted(ca.relay("localhost").issue().credentials()));
        agent(agentFiles, "localhost:" + relay.port());
        await().until(() -> !log.lines(
                        "the certificate of the relay has no subjectAltName, and a name in the subject does not count")
                .isEmpty());
        assertThat(log.lines("Connected")).isEmpty();
    }

    @Test
    void aRelayOfAnotherAuthorityIsNotTrusted() throws Exception {
        FakeRelay relay = track(FakeRelay.octetCounted(TestCa.create(directory, "Other")
                .relay("relay", "DNS:localhost")
                .issue()
                .credentials()));
        agent(agentFiles, "localhost:" + relay.port());
        await().until(() -> !log.lines("not issued by a CA in our CA file").isEmpty());
        assertThat(log.lines("Connected")).isEmpty();
    }

    @Test
    void stopSaysGoodbyeAndTakesWhatIsOnTheWay() throws Exception {
        FakeRelay relay = octetCounted();
        Agent agent = agent(agentFiles, "localhost:" + relay.port());
        Session session = relay.session();
        session.start(HEARTBEAT);
        Thread stopping = new Thread(() -> agent.stop(STOP_LIMIT));
        stopping.start();
        assertThat(session.lineButAlive()).startsWith("BYE shutdown ");
        session.send("4 last");
        assertThat(session.line()).isNull();
        session.tls.close();
        stopping.join(2000);
        assertThat(stopping.isAlive()).isFalse();
        assertThat(collector.message()).isEqualTo("last");
        assertThat(log.lines("next attempt in")).isEmpty();
    }

    @Test
    void stopDoesNotWaitForARelayThatIsDeaf() throws Exception {
        FakeRelay relay = octetCounted();
        Agent agent = agent(agentFiles, "localhost:" + relay.port());
        relay.session().start(60_000);
        await().until(() -> !log.lines("Connected").isEmpty());
        long begin = System.nanoTime();
        agent.stop(Duration.ofSeconds(30));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STOP_LIMIT);
    }

    @Test
    void stopEndsAHandshakeAndABackOff() throws Exception {
        ServerSocket deaf = track(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
        Agent agent = agent(agentFiles, "localhost:" + deaf.getLocalPort(), "localhost:" + FreePort.next());
        track(deaf.accept());
        await().until(() -> !log.lines("next attempt in").isEmpty());
        long begin = System.nanoTime();
        agent.stop(Duration.ofSeconds(30));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STOP_LIMIT);
    }

    @Test
    void aHandshakeThatDripsEndsAtTheDeadline() throws Exception {
        connectTimeout = Duration.ofMillis(600);
        ServerSocket dripping = track(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
        agent(agentFiles, "localhost:" + dripping.getLocalPort());
        track(dripping.accept()).getOutputStream().write(22);
        await().until(() ->
                !log.lines("the TLS handshake did not finish within 0.6 s").isEmpty());
    }

    @Test
    void aRelayThatSaysNothingEndsAtTheDeadline() throws Exception {
        connectTimeout = Duration.ofSeconds(1);
        FakeRelay relay = followed();
        relay.session().line();
        await().until(() ->
                !log.lines("the relay sent no STREAM within 1 s; next").isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "refused, the relay refuses this agent: because so",
        "superseded, this agent connected to the relay once more: because so",
        "shutdown, the relay is stopping: because so",
        "news, the relay said goodbye: news because so"
    })
    void aFarewellOfTheRelayIsToldInWords(String reason, String sentence) throws Exception {
        FakeRelay relay = followed();
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("1 xLOST 5 overrun\nBYE " + reason + " because so\n");
        await().until(() -> !log.lines("1 message, 5 lost: " + sentence + "; next attempt in ")
                .isEmpty());
        assertThat(log.lines(
                        " WARNING localhost:" + relay.port() + ": 5 messages lost: the backlog of the relay localhost:"
                                + relay.port()
                                + " overflowed because this agent was too slow"))
                .hasSize(1);
    }

    @Test
    void wordsOfLaterVersionsAreIgnored() throws Exception {
        Session session = session(HEARTBEAT);
        session.send("COLOUR blue\n2 ok");
        assertThat(collector.message()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "5 hello, the relay sent a message before STREAM",
        "STREAM a 0 5, the relay sent STREAM without a heartbeat in ms of 100..3600000",
        "STREAM a 0 500|STREAM a 0 500, the relay sent STREAM twice",
        "STREAM a 0 500|LOST some, the relay sent LOST without a number",
        "STREAM a 1 500|LOST 999999999999999999 overrun, the relay sent LOST from number 1 on that goes beyond the largest",
        "STREAM a 0 500|LOST 1000000000000000000 overrun, the relay sent LOST without a number",
        "STREAM a 0 500|LOST -5 overrun, the relay sent LOST without a number",
        "STREAM a 0 500|0 , the relay sent a frame that begins with octet 48",
        "STREAM a 0 500|05 hello, the relay sent a frame that begins with octet 48",
        "STREAM a 0 500|5hello, the relay sent a message length with octet 104 in it",
        "STREAM a 0 500|65536 x, the relay sent a message length over 65535",
        "STREAM a 0 500|99999999999999999999, the relay sent a message length over 65535",
        "STREAM a 0 500|9 half, the connection broke in the middle of a frame"
    })
    void aBreachOfTheContractEndsTheConnection(String stream, String sentence) throws Exception {
        FakeRelay relay = followed();
        Session session = relay.session();
        session.line();
        session.send(stream.replace('|', '\n') + (stream.contains("half") ? "" : "\n"));
        if (stream.contains("half")) {
            session.tls.close();
        }
        await().until(() -> !log.lines(sentence).isEmpty());
        relay.session().start(HEARTBEAT);
    }

    @Test
    void aConnectionCutOffIsNotAnEnd() throws Exception {
        Session session = session(60_000);
        session.send("2 ok");
        assertThat(collector.message()).isEqualTo("ok");
        session.plain.shutdownOutput();
        await().until(() -> !log.lines("1 message: the relay closed the connection without notice")
                .isEmpty());
    }

    @Test
    void aStreamOfLinesCutOffIsNotAnEndEither() throws Exception {
        FakeRelay relay = track(FakeRelay.lines(relayFiles.credentials()));
        agent(agentFiles, "localhost:" + relay.port());
        Session session = relay.session();
        session.send("one\n");
        assertThat(collector.message()).isEqualTo("one");
        session.plain.shutdownOutput();
        session = relay.session();
        session.send("two\n");
        assertThat(collector.message())
                .startsWith("<44>1 ")
                .contains(" OUTAGE - ", "; cause: the relay closed the connection without notice: ");
        assertThat(collector.message()).isEqualTo("two");
        session.tls.close();
        await().until(() ->
                !log.lines("1 message: the relay closed the connection; next").isEmpty());
    }

    @Test
    void anAgentThatStopsSendsCloseNotify() throws Exception {
        FakeRelay relay = octetCounted();
        Agent agent = agent(agentFiles, "localhost:" + relay.port());
        Session session = relay.session();
        session.start(HEARTBEAT);
        // Without it, a read at the relay would fail rather than find an end.
        assertThat(System.getProperty("com.sun.net.ssl.requireCloseNotify")).isEqualTo("true");
        Thread stopping = new Thread(() -> agent.stop(STOP_LIMIT));
        stopping.start();
        assertThat(session.lineButAlive()).startsWith("BYE shutdown ");
        assertThat(session.tls.getInputStream().read()).isEqualTo(-1);
        stopping.join();
    }

    @Test
    void framesAreDividedFromTlsRecords() throws Exception {
        Session session = session(60_000);
        // Each write is a record of its own.
        String stream = "11 hello world1 aALIVE\n3 xyz";
        for (int i = 0; i < stream.length(); i++) {
            session.send(stream.substring(i, i + 1));
        }
        session.send("1 b".repeat(3000));
        assertThat(collector.messages(3)).containsExactly("hello world", "a", "xyz");
        assertThat(collector.messages(3000)).containsOnly("b");
    }

    @Test
    void anOversizedMessageDoesNotEndTheConnection() throws Exception {
        Session session = session(HEARTBEAT);
        session.send(
                "65508 " + "x".repeat(65_508) + "65535 " + "x".repeat(65_535) + "65507 " + "y".repeat(65_507) + "2 ok");
        assertThat(collector.messages(2)).containsExactly("y".repeat(65_507), "ok");
        assertThat(log.lines("A message of 65508 octets was dropped")).hasSize(1);
        assertThat(log.lines("was dropped")).hasSize(1);
    }

    @Test
    void aRelayThatFloodsTheConnectionWithKeyUpdatesIsLeft() throws Exception {
        FakeRelay relay = followed();
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 m0");
        assertThat(collector.message()).isEqualTo("m0");
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        session.tls.startHandshake(); // in TLS 1.3: update the keys, and so do you
                    }
                })
                .isInstanceOf(IOException.class);
        await().until(() -> !log.lines(
                        ", 1 message: the relay sent over 256 TLS records that bring no data, such as key"
                                + " updates: it is faulty, or no relay; next attempt in")
                .isEmpty());
        relay.session().start(HEARTBEAT);
    }

    @Test
    void keysMayBeUpdated() throws Exception {
        Session session = session(HEARTBEAT);
        for (int i = 0; i < 100; i++) {
            session.tls.startHandshake();
            session.send("2 ok");
        }
        assertThat(collector.messages(100)).containsOnly("ok");
        assertThat(log.lines("Disconnected")).isEmpty();
    }

    @Test
    void severalRelaysAreFollowedAtOnce() throws Exception {
        FakeRelay first = octetCounted();
        FakeRelay second = track(FakeRelay.lines(relayFiles.credentials()));
        FakeRelay third = octetCounted();
        agent(agentFiles, "localhost:" + first.port(), "localhost:" + second.port(), "localhost:" + third.port());
        Session one = first.session();
        Session two = second.session();
        Session three = third.session();
        one.start(HEARTBEAT);
        three.start(HEARTBEAT);
        one.send("1 1");
        assertThat(collector.message()).isEqualTo("1");
        first.close();
        one.cut();
        two.send("2\n");
        assertThat(collector.message()).isEqualTo("2");
        three.send("1 3");
        assertThat(collector.message()).isEqualTo("3");
        await().until(() -> !log.lines("localhost:" + first.port() + ": the relay refused the connection")
                .isEmpty());
    }

    @Test
    void aBurstArrivesWholeAndInOrder() throws Exception {
        Session session = session(5000);
        StringBuilder burst = new StringBuilder();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            String message = "<13>" + i + " " + "m".repeat(i % 400);
            sent.add(message);
            burst.append(message.length()).append(' ').append(message);
        }
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                session.send(burst.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(collector.messages(2000)).isEqualTo(sent);
        sending.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anOutageThatFitsInTheRingLosesAndRepeatsNothing() throws Exception {
        RingRelay relay = followedRing(1000);
        relay.append("m", 0, 100);
        assertThat(collector.messages(100)).startsWith("m0").endsWith("m99");
        relay.cut();
        relay.append("m", 100, 600);
        assertThat(collector.message()).matches("<45>1 .* OUTAGE - connected to .*; 0 messages lost");
        assertThat(collector.messages(500)).startsWith("m100").endsWith("m599").doesNotHaveDuplicates();
        assertThat(relay.hellos().get(1)).endsWith(" ring-1 100");
    }

    @Test
    void whatTheRingNoLongerHoldsIsToldInItsPlace() throws Exception {
        RingRelay relay = followedRing(10);
        relay.append("m0");
        assertThat(collector.message()).isEqualTo("m0");
        synchronized (relay) {
            relay.cut();
            relay.append("m", 1, 39);
        }
        assertThat(collector.message())
                .startsWith("<44>1 ")
                .contains(" LOST - 28 messages lost: ", "while this agent was away; connected to ");
        assertThat(collector.messages(10)).startsWith("m29").endsWith("m38");
    }

    @Test
    void aRelayThatWasRestartedIsFollowedFromItsFirstMessage() throws Exception {
        RingRelay relay = followedRing(10);
        relay.append("m", 0, 3);
        collector.messages(3);
        relay.restart("ring-2");
        relay.append("n", 0, 2);
        assertThat(collector.message()).contains("<44>1 ", " OUTAGE - ", " was restarted: ");
        assertThat(collector.messages(2)).containsExactly("n0", "n1");
    }

    @Test
    void aRelayThatIsBackWithItsRingIsSaidToBeRestarted() throws Exception {
        FakeRelay relay = followed();
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 m0BYE shutdown the relay was stopped, 2 messages not sent\n");
        assertThat(collector.message()).isEqualTo("m0");
        session = relay.session();
        assertThat(session.line()).endsWith(" fake-1 1");
        session.send("STREAM fake-1 1 60000 2\n2 m12 m2");
        assertThat(collector.message())
                .matches("<45>1 .* OUTAGE - connected to .* again after .*; cause: the relay was restarted;"
                        + " 0 messages lost; 2 messages to catch up");
        assertThat(collector.messages(2)).containsExactly("m1", "m2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BYE shutdown the relay was stopped, 0 messages not sent\n", ""})
    void aRelayThatIsRestartedIsTriedEachSecond(String lastWord) throws Exception {
        FakeRelay relay = followed();
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("2 m0");
        assertThat(collector.message()).isEqualTo("m0");
        session.send(lastWord.isEmpty() ? "ALIVE\n" : lastWord);
        relay.close();
        await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> log.lines("the relay refused the connection").size() >= 4);
        assertThat(log.lines("; next attempt in "))
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(line -> line.matches(".* in (0\\.\\d|1) s"));
    }

    @Test
    void aConnectionCutAtAnyOctetLosesAndRepeatsNothing() throws Exception {
        // An agent and a relay for each octet, side by side: an agent waits before it connects again.
        int cuts = framesCutAt(0).length() + 1;
        List<FakeRelay> relays = new ArrayList<>();
        for (int cut = 0; cut < cuts; cut++) {
            relays.add(octetCounted());
            agent(agentFiles, "localhost:" + relays.get(cut).port());
        }
        for (int cut = 0; cut < cuts; cut++) {
            Session session = relays.get(cut).session();
            session.line();
            session.send("STREAM ring 5 60000\n" + framesCutAt(cut).substring(0, cut));
            session.plain.shutdownOutput();
        }
        for (int cut = 0; cut < cuts; cut++) {
            String frames = framesCutAt(cut);
            boolean whole = cut == frames.length();
            int second = frames.indexOf("ALIVE");
            Session session = relays.get(cut).session();
            int next = whole ? 7 : cut < second ? 5 : 6;
            assertThat(session.line()).as("cut after " + cut).endsWith(" ring " + next);
            session.send("STREAM ring " + next + " 60000\n"
                    + (whole ? "ALIVE\n" : cut < second ? frames : frames.substring(second)));
        }
        List<String> came = collector.messages(3 * cuts);
        assertThat(came).filteredOn(message -> message.contains(" OUTAGE - ")).hasSize(cuts);
        for (int cut = 0; cut < cuts; cut++) {
            String of = "octet " + (10 + cut);
            assertThat(came).filteredOn(message -> message.contains(of)).containsExactly("1: " + of, "2: " + of);
        }
    }

    /** Messages 5 and 6 of a stream that is cut there. */
    private static String framesCutAt(int octet) {
        return "11 1: octet " + (10 + octet) + "ALIVE\n11 2: octet " + (10 + octet);
    }

    @Test
    void aConnectionWhoseAddressIsGoneIsMadeAnewAtOnce() throws Exception {
        RingRelay relay = track(new RingRelay(relayFiles.credentials(), 10));
        AtomicBoolean present = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        AgentConfig config = config(agentFiles, agentFiles.authorities(), "localhost:" + relay.port());
        StopSignal stop = new StopSignal();
        Predicate<InetAddress> presence = address -> {
            asked.incrementAndGet();
            return address.isLoopbackAddress() && present.get();
        };
        SyslogSenders senders = new SyslogSenders(config.collector(), config.catchUpRate(), stop);
        Agent agent = new Agent(config, config.credentials(), State.inMemory(), presence, stop, senders::sender);
        open.add(() -> agent.stop(STOP_LIMIT));
        agent.start();
        relay.append("m0");
        await().until(() -> asked.get() > 0);
        present.set(false);
        String sentence = "this machine has lost the address 127.0.0.1 that the connection was made from";
        await().until(() -> !log.lines(": " + sentence + "; next attempt now").isEmpty());
        await().until(() -> log.lines("Connected").size() == 2);
        present.set(true);
        relay.append("m1");
        await().until(() -> collector.message().contains(" OUTAGE - "));
        assertThat(collector.message()).isEqualTo("m1");
    }

    @Test
    void theLastMessageBeforeAQuietTimeIsNotForgotten() throws Exception {
        int port = collector.port();
        RingRelay relay = followedRing(10);
        collector.close();
        relay.append("m0");
        await().until(() -> !log.lines("1 message: " + Handover.REFUSED + "; trying the collector again")
                .isEmpty());
        collector = FreePort.reopen(FakeCollector::new, port);
        assertThat(collector.message()).isEqualTo("m0");
        assertThat(collector.message()).contains(" OUTAGE - ", "; cause: " + Handover.REFUSED);
        relay.append("m1");
        assertThat(collector.message()).isEqualTo("m1");
    }

    @Test
    void stopWhileTheCollectorIsAwayDoesNotSaveWhatItRefused() throws Exception {
        RingRelay relay = track(new RingRelay(relayFiles.credentials(), 10));
        State state = State.inMemory();
        AgentConfig config = config(agentFiles, agentFiles.authorities(), "localhost:" + relay.port());
        Agent agent = Agent.of(config, config.credentials(), state);
        agent.start();
        await().until(() -> !log.lines("Connected").isEmpty());
        relay.append("m", 0, 3);
        collector.messages(3);
        collector.close();
        relay.append("m3");
        await().until(() -> state.position(config.relays().get(0)).mark().next() == 4);
        agent.stop(STOP_LIMIT);
        assertThat(state.position(config.relays().get(0)).safe()).isEqualTo(new Position.Mark("ring-1", 3));
        assertThat(log.lines("In all 4 messages, 0 lost, 0 too long, ")).hasSize(1);
    }

    @Test
    void theAddressThatWasGoodLastIsTriedFirst() throws Exception {
        FakeRelay relay = octetCounted();
        AtomicInteger tried = new AtomicInteger();
        ServerSocket useless = track(new ServerSocket(relay.port(), 50, InetAddress.getByName("127.0.0.2")));
        CompletableFuture<Void> accepting = CompletableFuture.runAsync(() -> {
            while (!useless.isClosed()) {
                try {
                    useless.accept().close();
                    tried.incrementAndGet();
                } catch (IOException e) {
                    // closed
                }
            }
        });
        reconnector(name -> addresses("127.0.0.2", "127.0.0.1"), relay.port());
        for (int i = 0; i < 3; i++) {
            Session session = relay.session();
            session.start(HEARTBEAT);
            session.send("2 ok");
            await().until(() -> collector.message().equals("ok"));
            session.cut();
        }
        assertThat(tried).hasValue(1);
        useless.close();
        accepting.get(10, TimeUnit.SECONDS);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the kernel drops what does not fit into the backlog")
    void anAddressThatDoesNotAnswerDoesNotHoldUpTheOthers() throws Exception {
        connectTimeout = Duration.ofSeconds(10 * FakeRelay.PATIENCE_SECONDS);
        FakeRelay relay = octetCounted();
        track(new ServerSocket(relay.port(), 1, InetAddress.getByName("127.0.0.2")));
        for (int i = 0; i < 2; i++) { // as many as the backlog has room for
            track(new Socket("127.0.0.2", relay.port()));
        }
        reconnector(name -> addresses("127.0.0.2", "127.0.0.1"), relay.port());
        Session session = relay.session();
        session.start(HEARTBEAT);
        session.send("BYE shutdown the relay was stopped, 0 messages not sent\n");
        relay.close();
        await().atMost(FakeRelay.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(() -> log.lines("127.0.0.1:" + relay.port() + ": the relay refused the connection")
                                .size()
                        >= 2);
        assertThat(log.lines("the relay refused the connection"))
                .allMatch(line -> line.contains("; 127.0.0.2:" + relay.port() + ": no answer to TCP within 2 s")
                        && line.endsWith("; next attempt in 1 s"));
    }

    @Test
    void aResolverThatHangsHoldsUpNoStopAndIsAskedOnce() throws Exception {
        connectTimeout = Duration.ofMillis(100);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Thread loop = reconnector(
                name -> {
                    asked.incrementAndGet();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return addresses("127.0.0.1");
                },
                1);
        String sentence = "the name localhost could not be looked up within 0.1 s: this machine's resolver does not"
                + " answer; next attempt in";
        await().until(() -> log.lines(sentence).size() >= 2);
        assertThat(asked).hasValue(1);
        end();
        assertThat(loop.isAlive()).isFalse();
        never.countDown();
    }

    /** A loop for a relay whose name has these addresses, ended by {@link #end}; its thread. */
    private Thread reconnector(Lookup.Resolver resolver, int port) throws Exception {
        AgentConfig config = config(agentFiles, agentFiles.authorities(), "localhost:" + port);
        StopSignal stop = new StopSignal();
        Reconnector reconnector = new Reconnector(
                new HostPort("localhost", port),
                config,
                config.credentials(),
                State.inMemory(),
                new SyslogSenders(config.collector(), config.catchUpRate(), stop)::sender,
                new PendingNotices(),
                stop,
                new Backoff(() -> 0, System::nanoTime),
                new Progress(System::nanoTime),
                resolver,
                RelaySocket::isPresent);
        Thread loop = new Thread(reconnector);
        open.add(() -> {
            stop.request();
            reconnector.interrupt();
            loop.join(STOP_LIMIT.toMillis());
        });
        loop.start();
        return loop;
    }

    private static InetAddress[] addresses(String... digits) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[digits.length];
        for (int i = 0; i < digits.length; i++) {
            addresses[i] = InetAddress.getByName(digits[i]);
        }
        return addresses;
    }

    private FakeRelay octetCounted() throws IOException {
        return track(FakeRelay.octetCounted(relayFiles.credentials()));
    }

    /** A relay that an agent follows. */
    private FakeRelay followed() throws IOException, ConfigException {
        FakeRelay relay = octetCounted();
        agent(agentFiles, "localhost:" + relay.port());
        return relay;
    }

    /** The begun session of such a relay. */
    private Session session(int heartbeat) throws Exception {
        Session session = followed().session();
        session.start(heartbeat);
        return session;
    }

    /** A relay with a ring of so many messages that an agent is connected to. */
    private RingRelay followedRing(int capacity) throws Exception {
        RingRelay relay = track(new RingRelay(relayFiles.credentials(), capacity));
        agent(agentFiles, "localhost:" + relay.port());
        await().until(() -> !log.lines("Connected").isEmpty());
        return relay;
    }

    private Agent agent(Issued files, String... relays) throws ConfigException {
        return agent(files, files.authorities(), relays);
    }

    private Agent agent(Issued files, Path authorities, String... relays) throws ConfigException {
        AgentConfig config = config(files, authorities, relays);
        Agent agent = Agent.of(config, config.credentials(), State.inMemory());
        open.add(() -> agent.stop(STOP_LIMIT));
        agent.start();
        return agent;
    }

    private AgentConfig config(Issued files, Path authorities, String... relays) {
        return new AgentConfig(
                List.of(relays).stream().map(HostPort::parse).toList(),
                files.certificate(),
                files.key(),
                null,
                authorities,
                null,
                Revocations.Outdated.ACCEPT,
                null,
                null,
                new Collector(Collector.Way.UDP, new HostPort("127.0.0.1", collector.port())),
                3000,
                connectTimeout,
                silence);
    }

    private <T extends AutoCloseable> T track(T closeable) {
        open.add(closeable);
        return closeable;
    }
}
