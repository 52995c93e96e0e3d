package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = LINUX, disabledReason = "the agent has native code for Linux only")
class UnixSenderTest {
    private static final Duration FULL_LIMIT = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private final StopSignal stop = new StopSignal();
    private CapturedLog log;
    private Path path;
    private UnixCollector collector;
    private SyslogSender sender;

    @BeforeEach
    void open() throws IOException {
        log = new CapturedLog();
        path = directory.resolve("log");
        collector = new UnixCollector(path);
        sender = sender(FULL_LIMIT, 128 * 1024);
    }

    @AfterEach
    void close() throws IOException {
        stop.request();
        sender.close();
        collector.close();
        log.close();
    }

    @Test
    void everyOctetArrivesUnchanged() throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        send(all.toString());
        send("x".repeat(65_507));
        assertThat(collector.message()).isEqualTo(all.toString());
        assertThat(collector.message()).isEqualTo("x".repeat(65_507));
    }

    @Test
    void aCollectorThatReadsSlowlyGetsEverythingInOrder() throws Exception {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 2000; i++) {
                unchecked("m" + i);
            }
        });
        for (int i = 0; i < 2000; i++) {
            assertThat(collector.message()).isEqualTo("m" + i);
        }
        sending.get(10, TimeUnit.SECONDS);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void aCollectorThatDoesNotReadHoldsTheSenderButNotTheStop() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        sender = sender(Duration.ofHours(1), 128 * 1024);
        CompletableFuture<Void> sending = sendForEver(sent);
        awaitStandstill(sent);
        assertThat(sending).isNotDone();
        stop.request();
        assertThatThrownBy(() -> sending.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("the agent is stopping");
        for (int i = 0; i < sent.get(); i++) {
            assertThat(collector.message()).isEqualTo("m" + i);
        }
        assertThat(collector.isEmpty()).isTrue();
    }

    @Test
    void aCollectorThatDoesNotReadCountsAsAway() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        assertThatThrownBy(() -> sendForEver(sent).get(10, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(CollectorAwayException.class)
                .hasRootCauseMessage(
                        "the collector unix:" + path + " does not read: its queue has been full for 0.3 s");
        assertThat(sender.offer()).isFalse();
        assertThat(sender.held()).isZero();
        for (int i = 0; i < sent.get(); i++) {
            assertThat(collector.message()).isEqualTo("m" + i);
        }
        assertThat(sender.offer()).isTrue();
        send("more");
        assertThat(collector.message()).isEqualTo("more");
    }

    @Test
    void whatIsRefusedIsNotTakenAndNothingBeforeItIsHeld() throws Exception {
        send("m0");
        assertThat(collector.message()).isEqualTo("m0");
        collector.close(); // a daemon that was killed leaves the name behind
        CollectorAwayException refused = catchThrowableOfType(CollectorAwayException.class, () -> send("m1"));
        assertThat(refused).hasMessage("the collector unix:" + path + " takes no messages (Connection refused)");
        assertThat(sender.held()).isZero();
        assertThat(sender.offer()).isFalse();
        Files.delete(path);
        assertThat(sender.offer()).isFalse();
        CollectorAwayException gone = catchThrowableOfType(CollectorAwayException.class, () -> send("m1"));
        assertThat(gone).hasMessage("the collector unix:" + path + " is not there (the syslog daemon makes it)");
        collector = new UnixCollector(path);
        assertThat(sender.offer()).isTrue();
        send("m1");
        assertThat(collector.message()).isEqualTo("m1");
    }

    @Test
    void aMessageLongerThanTheSocketTakesIsDroppedAndTold() throws Exception {
        sender = sender(FULL_LIMIT, 8 * 1024);
        send("x".repeat(65_507));
        send("ok");
        assertThat(collector.message()).isEqualTo("ok");
        assertThat(log.lines("A message of 65507 octets was dropped: the way to the collector unix:" + path
                        + " takes no datagram as long"))
                .hasSize(1);
    }

    private SyslogSender sender(Duration fullLimit, int sendBuffer) {
        return new UnixSender(
                new Collector(Collector.Way.UNIX, null, path),
                stop,
                new RelayLog(new HostPort("relay.example.org", 514)),
                fullLimit,
                sendBuffer);
    }

    private CompletableFuture<Void> sendForEver(AtomicInteger sent) {
        return CompletableFuture.runAsync(() -> {
            while (true) {
                unchecked("m" + sent.get());
                sent.incrementAndGet();
            }
        });
    }

    /** Until no message more is taken for a while. */
    private static void awaitStandstill(AtomicInteger sent) {
        AtomicInteger before = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(200))
                .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
    }

    private void send(String message) throws CollectorAwayException {
        byte[] octets = message.getBytes(ISO_8859_1);
        sender.send(octets, 0, octets.length);
    }

    private void unchecked(String message) {
        try {
            send(message);
        } catch (CollectorAwayException e) {
            throw new IllegalStateException(e);
        }
    }
}
