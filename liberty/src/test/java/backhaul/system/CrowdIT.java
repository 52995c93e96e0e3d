package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** As many agents as the heap has room for, and more. It prints the figures. */
class CrowdIT {
    /** With a heap of 104 MiB, of which the server has 80. */
    private static final int ROOM = 192;

    private static final int MESSAGES = 300;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long MORE_HEAP = 8 << 20;
    private static final int FEW_THREADS = 40; // of Liberty's own pool; each agent has one or two

    /** A client that reads lines, on a thread of its own. */
    private static final class LineClient implements AutoCloseable {
        private final Socket plain = new Socket();
        private final SSLSocket tls;

        LineClient(RelayServer relay, SSLContext context) throws IOException {
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.tlsPort()));
            tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", relay.tlsPort(), true);
            tls.setEnabledProtocols(new String[] {"TLSv1.3"});
            tls.startHandshake();
        }

        /** The digest of this many bytes; of fewer if the connection ends before. */
        byte[] read(long octets) throws Exception {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            InputStream in = tls.getInputStream();
            byte[] buffer = new byte[4096];
            long left = octets;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    break;
                }
                digest.update(buffer, 0, read);
                left -= read;
            }
            return digest.digest();
        }

        @Override
        public void close() throws IOException {
            plain.close();
        }
    }

    private static String message(int number) {
        return number % 100 == 50
                ? "<13>long " + number + " " + "y".repeat(60_000)
                : Messages.numbered("crowd", number);
    }

    @Test
    void whomTheHeapServesGetsEverythingWhomItDoesNotIsToldAndItIsSmallAgainAfterwards() throws Exception {
        SSLContext context = HandmadeAgent.context(Ca.shared().agent("crowd"));
        ExecutorService threads = Executors.newCachedThreadPool();
        List<LineClient> clients = new ArrayList<>();
        try (RelayServer relay = RelayServer.named("crowded-relay")
                        .with("jvm.args", "-Xmx104m -Xlog:gc")
                        .with("relay.max-agents", 1_000)
                        .with("relay.max-per-address", 1_000)
                        .with("relay.max-per-certificate", 1_000)
                        .up();
                UdpSource host = new UdpSource(relay)) {
            String warning = "relay.max-agents (1000) needs 205 MiB of heap, but the 104 MiB of -Xmx have room for "
                    + ROOM + " agents: lower it, or raise -Xmx in jvm.options";
            assertThat(relay.log()).contains(warning);
            assertThat(relay.books().json()).contains(warning);
            Vitals before = Vitals.of(relay);

            for (int i = 0; i < ROOM; i++) {
                clients.add(new LineClient(relay, context));
            }
            relay.awaitAgents(ROOM);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < MESSAGES; i++) {
                all.append(message(i)).append('\n');
            }
            byte[] expected =
                    MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(StandardCharsets.UTF_8));
            List<Future<byte[]>> digests = new ArrayList<>();
            for (LineClient client : clients) {
                digests.add(threads.submit(() -> client.read(all.length())));
            }
            host.send(0, MESSAGES, 100, CrowdIT::message);
            for (Future<byte[]> digest : digests) {
                assertThat(digest.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(expected);
            }
            Vitals full = Vitals.of(relay);

            assertThat(relay.health("live").isUp()).isTrue();
            try (HandmadeAgent surplus = HandmadeAgent.connect(relay, context)) {
                assertThat(surplus.greeting())
                        .isEqualTo("BYE refused the 104 MiB of -Xmx have room for " + ROOM
                                + " agents, which are connected: raise -Xmx in jvm.options");
            }
            try (LineClient surplus = new LineClient(relay, context)) {
                assertThat(surplus.tls.getInputStream().read()).isEqualTo(-1);
            }
            Wait.until("both are counted", () -> relay.books().number("heap") == 2);
            assertThat(relay.health().number("agents")).isEqualTo(ROOM);

            for (LineClient client : clients) {
                client.close();
            }
            relay.awaitAgents(0);
            Wait.until("the heap is made small", LIMIT, () -> relay.log().contains("Pause Full (System.gc())"));
            Vitals[] after = new Vitals[1];
            Wait.until("nothing is left of them", LIMIT, () -> {
                after[0] = Vitals.of(relay);
                return after[0].heap() < before.heap() + MORE_HEAP
                        && after[0].threads() < before.threads() + FEW_THREADS;
            });
            System.out.println("Crowd of " + ROOM + " line clients: before " + before + "; full " + full + ", "
                    + (full.heap() - before.heap()) / ROOM / 1024 + " KiB of heap each; after " + after[0]);
            try (HandmadeAgent again = HandmadeAgent.connect(relay, context)) {
                assertThat(again.greeting()).startsWith("STREAM ");
                host.send("again");
                assertThat(again.next()).isEqualTo(Messages.octets("again"));
            }
            assertThat(relay.log()).doesNotContain("OutOfMemoryError");
        } finally {
            for (LineClient client : clients) {
                client.close();
            }
            threads.shutdownNow();
        }
    }
}
