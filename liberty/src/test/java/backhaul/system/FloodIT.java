package backhaul.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Strangers who connect as fast as they can, from several addresses: an agent that connects again and again meanwhile
 * is not delayed, nor is an answer about the relay's health, and they leave nothing behind. It prints the figures.
 */
@Tag("flood")
class FloodIT {
    /** A second is what is promised; a machine that tests share is slower at times. */
    private static final Duration MOST_DELAY = Duration.ofSeconds(5);

    private static final int CONNECTS = 12;
    private static final int MORE_THREADS = 12; // Liberty's own pool comes and goes
    private static final int MORE_DESCRIPTORS = 8;
    private static final long MORE_HEAP = 8 << 20;

    private static RelayServer relay;
    private static SSLContext agent;

    @BeforeAll
    static void start() throws Exception {
        relay = RelayServer.named("flood-relay").atFullSpeed().up();
        agent = HandmadeAgent.context(Ca.shared().agent("flooded"));
        // A first run for everything that is loaded or made once: classes, pools, the needs of jcmd.
        try (Flood flood = Flood.start(relay, new byte[] {'x'})) {
            slowestConnect();
        }
        awaitCalm(new Vitals(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0));
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void ofSilentConnectionsDelaysNoAgentAndLeavesNothing() throws Exception {
        expectHarmless("silent", new byte[0]);
    }

    @Test
    void ofGarbageDelaysNoAgentAndLeavesNothing() throws Exception {
        byte[] garbage = new byte[4096];
        new Random(4).nextBytes(garbage);
        expectHarmless("garbage", garbage);
    }

    @Test
    void ofHalfOpenHandshakesDelaysNoAgentAndLeavesNothing() throws Exception {
        // The beginning of a ClientHello (RFC 8446 section 4.1.2) of 512 bytes that is never completed.
        byte[] begin = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        expectHarmless("half-open", Arrays.copyOf(begin, 100));
    }

    @Test
    void ofPlainHttpDelaysNoAgentAndLeavesNothing() throws Exception {
        expectHarmless("plain HTTP", "GET / HTTP/1.1\r\nHost: relay.example.net\r\n\r\n".getBytes(US_ASCII));
    }

    private static void expectHarmless(String what, byte[] words) throws Exception {
        relay.awaitAgents(0);
        Vitals before = Vitals.of(relay);
        Duration alone = slowestConnect();
        Duration flooded;
        Duration health;
        int count;
        Vitals during;
        long begin = System.nanoTime();
        try (Flood flood = Flood.start(relay, words)) {
            flooded = slowestConnect();
            health = slowestHealth();
            during = new Vitals(
                    Vitals.entries(relay.process().pid(), "task"),
                    Vitals.entries(relay.process().pid(), "fd"),
                    0,
                    0);
            count = flood.count();
        }
        long seconds = Math.max(1, Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        Vitals after = awaitCalm(before);
        System.out.println("Flood of " + what + " connections: " + count + ", " + count / seconds
                + " a second; slowest of " + CONNECTS + " connects of an agent " + flooded.toMillis() + " ms, alone "
                + alone.toMillis() + " ms, of as many answers about its health " + health.toMillis() + " ms; before "
                + before + "; during " + during.threads() + " threads, "
                + during.descriptors() + " descriptors; after " + after);

        assertThat(flooded).as("slowest connect of an agent in the flood").isLessThan(MOST_DELAY);
        assertThat(health).as("slowest answer about health in the flood").isLessThan(MOST_DELAY);
        assertThat(after.heap()).as("heap after the flood, before %s", before).isLessThan(before.heap() + MORE_HEAP);
        assertThat(relay.log()).doesNotContain("\tat ");
    }

    /** TCP, TLS, {@code HELLO} and {@code STREAM} of an agent, several times. */
    private static Duration slowestConnect() throws Exception {
        long slowest = 0;
        for (int i = 0; i < CONNECTS; i++) {
            long begin = System.nanoTime();
            try (HandmadeAgent good = HandmadeAgent.connect(relay, agent)) {
                slowest = Math.max(slowest, System.nanoTime() - begin);
                assertThat(good.greeting()).startsWith("STREAM ");
            }
        }
        return Duration.ofNanos(slowest);
    }

    /** Of the server's own threads, which an application can use up. */
    private static Duration slowestHealth() {
        long slowest = 0;
        for (int i = 0; i < CONNECTS; i++) {
            long begin = System.nanoTime();
            assertThat(relay.health("live").isUp()).isTrue();
            slowest = Math.max(slowest, System.nanoTime() - begin);
        }
        return Duration.ofNanos(slowest);
    }

    private static Vitals awaitCalm(Vitals before) {
        relay.awaitAgents(0);
        Vitals[] last = new Vitals[1];
        try {
            Wait.until("nothing is left of the flood", () -> {
                last[0] = Vitals.of(relay);
                return last[0].threads() - MORE_THREADS <= before.threads()
                        && last[0].descriptors() - MORE_DESCRIPTORS <= before.descriptors()
                        && last[0].handshakes() == 0;
            });
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + ": before " + before + ", now " + last[0], e);
        }
        return last[0];
    }
}
