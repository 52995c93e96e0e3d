package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.ConnectionCounters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The acceptor's reports about itself: whether its loop turns, and whether it can accept. */
class TlsListenerTest {
    private final RelayLog log = new RelayLog();
    private TlsListener listener;

    private void start(ServerSocket server) throws Exception {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        RelayConfig config = TestRelay.config(TestRelay.settings());
        listener = new TlsListener(
                server,
                new RelayContext(
                        config,
                        TrustWatch.open(config),
                        Backlog.inMemory(1 << 20),
                        new Agents(1, 1, 1),
                        new ConnectionCounters(),
                        Thread::new,
                        Thread::new,
                        log));
        Thread acceptor = new Thread(listener);
        acceptor.setDaemon(true);
        acceptor.start();
    }

    @AfterEach
    void stop() {
        listener.stop();
    }

    @Test
    void withoutDescriptorsItGoesRoundAndSaysWhyNobodyIsAccepted() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(1);
        Duration limit = Duration.ofMillis(500);
        start(new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                tries.incrementAndGet();
                if (some.getCount() > 0) {
                    throw new SocketException("Too many open files");
                }
                setSoTimeout(1);
                return super.accept();
            }
        });
        await().until(() -> tries.get() > 10); // there is a pause of 100 ms after each
        await().until(() -> listener.isTurning(limit));
        assertThat(listener.trouble())
                .startsWith("Accepting on [127.0.0.1:")
                .contains("failed, trying again: this process has no file descriptor left");

        some.countDown();
        await().until(() -> listener.trouble() == null); // though nobody has connected
    }

    @Test
    void failuresUpToTheStopAreCounted() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        start(new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                tries.incrementAndGet();
                throw new SocketException("Too many open files");
            }
        });
        await().until(() -> tries.get() > 3);
        listener.stop();
        await().until(() -> log.events().latest().get(0).line().contains("times up to the stop"));
        assertThat(log.events().latest().get(0).line())
                .matches("Accepting on \\[127\\.0\\.0\\.1:\\d+] failed \\d+ times up to the stop");
        assertThat(log.events().latest()).hasSize(2);
    }

    @Test
    void anAcceptorThatStandsStillIsSeen() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        start(new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new SocketException("closed");
            }
        });
        await().until(() -> !listener.isTurning(Duration.ofMillis(100)));
        over.countDown();
        await().until(() -> listener.isTurning(Duration.ofSeconds(5)));
    }
}
