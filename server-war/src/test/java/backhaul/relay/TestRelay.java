package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import backhaul.relay.settings.RelayConfig;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A relay on its own ports, without a container, with its log and the threads that it started. */
public final class TestRelay implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger("backhaul.relay");

    final RunningRelay relay;
    final List<String> log = new CopyOnWriteArrayList<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final DatagramSocket originator;
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> sweeps;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            log.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    TestRelay(Map<String, String> settings) throws Exception {
        this(settings, new RelayLog(1_000));
    }

    private TestRelay(Map<String, String> settings, RelayLog relayLog) throws Exception {
        LOGGER.addHandler(handler);
        originator = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        relay = new RelayStarter(config(settings), this::thread, this::thread, relayLog).start();
        sweeps = housekeeping.scheduleWithFixedDelay(this::turn, 20, 20, TimeUnit.MILLISECONDS);
    }

    /** As the container's: the counters of a ring without its file are not touched. */
    private void turn() {
        if (!relay.isRingLost()) {
            relay.sweep();
        }
    }

    private Thread thread(Runnable loop) {
        Thread thread = new Thread(loop);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /** Runs beside the test; what it throws, {@code get} throws. */
    static <T> Future<T> beside(Callable<T> task) {
        FutureTask<T> running = new FutureTask<>(task);
        Thread thread = new Thread(running);
        thread.setDaemon(true);
        thread.start();
        return running;
    }

    /** Everything that must be set, and a free port for both sockets. */
    public static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("relay.udp.port", "0");
        settings.put("relay.tls.port", "0");
        settings.put("relay.tls.address", "127.0.0.1");
        settings.put("relay.tls.cert", TestSite.RELAY.certificate().toString());
        settings.put("relay.tls.key", TestSite.RELAY.key().toString());
        settings.put("relay.tls.ca", TestSite.RELAY.authorities().toString());
        settings.put("relay.tls.issuer", TestSite.CA.issuer());
        return settings;
    }

    public static RelayConfig config(Map<String, String> settings) throws RelayConfig.Invalid {
        return RelayConfig.parse(key -> Optional.ofNullable(settings.get(key)));
    }

    /** With these settings besides: key, value, key, value ... */
    static TestRelay start(String... more) throws Exception {
        Map<String, String> settings = settings();
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return new TestRelay(settings, new RelayLog(1_000));
    }

    /** With a log that reports less. */
    static TestRelay with(RelayLog log) throws Exception {
        return new TestRelay(settings(), log);
    }

    InetSocketAddress tls() {
        return relay.tlsAddress();
    }

    void send(byte[] message) {
        try {
            originator.send(new DatagramPacket(message, message.length, relay.udpAddress()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void send(String message) {
        send(message.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends the messages that {@link Messages} knows, slowly enough that the receive buffer holds them. */
    void send(long from, long to) {
        for (long number = from; number < to; number++) {
            send(Messages.message(number).array());
            if (number % 64 == 63) {
                awaitReceived(number - 256);
            }
        }
        awaitReceived(to);
    }

    void awaitReceived(long messages) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(() -> relay.status().counts().received() >= messages);
    }

    /** The two looks that it takes to see that a file has changed and is written. */
    void reload() {
        relay.reload();
        relay.reload();
    }

    void awaitAgents(int count) {
        await().until(() -> relay.status().agents().size() == count);
    }

    /** The first line of the log that has all of these words, waited for. */
    String awaitLog(String... words) {
        await().untilAsserted(() -> assertThat(log).anyMatch(line -> hasAll(line, words)));
        return log.stream().filter(line -> hasAll(line, words)).findFirst().orElseThrow();
    }

    private static boolean hasAll(String line, String... words) {
        return List.of(words).stream().allMatch(line::contains);
    }

    @Override
    public void close() throws Exception {
        relay.stop();
        sweeps.cancel(false);
        housekeeping.shutdownNow();
        originator.close();
        LOGGER.removeHandler(handler);
        for (Thread thread : threads) {
            thread.join(10_000);
            if (thread.isAlive()) {
                throw new AssertionError("still running after stop: " + thread);
            }
        }
    }
}
