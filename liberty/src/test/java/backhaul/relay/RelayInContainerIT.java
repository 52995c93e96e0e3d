package backhaul.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.inject.Inject;
import java.io.File;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The relay from within the container: its threads, its configuration, its health checks. */
@ExtendWith(ArquillianExtension.class)
class RelayInContainerIT {
    @Inject
    private SyslogRelay relay;

    @Inject
    private Config config;

    @Inject
    @Startup
    private StartedCheck started;

    @Inject
    @Liveness
    private LiveCheck live;

    @Inject
    @Readiness
    private ReadyCheck ready;

    /** The archive of the build. */
    @Deployment
    static WebArchive archive() {
        return ShrinkWrap.create(ZipImporter.class, "backhaul-relay.war")
                .importFrom(new File(System.getProperty("backhaul.war")))
                .as(WebArchive.class);
    }

    private static Thread thread(String name) {
        // Virtual threads are not in this list, and the two loops are platform threads on every Java.
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Test
    void relayRunsWithTheApplication() {
        assertNull(relay.problem());
        assertTrue(relay.running().isPresent());
    }

    @Test
    void relayIsASingletonOfTheContainer() throws Exception {
        SyslogRelay found = InitialContext.doLookup("java:module/SyslogRelay");
        assertSame(relay.running().orElseThrow(), found.running().orElseThrow(), "one relay, however it is looked up");
    }

    @Test
    void loopsRunOnThreadsOfTheContainer() throws Exception {
        for (String name : new String[] {"backhaul-receiver", "backhaul-acceptor"}) {
            Thread thread = thread(name);
            assertNotNull(thread, name);
            assertSame(
                    SyslogRelay.class,
                    thread.getContextClassLoader().loadClass(SyslogRelay.class.getName()),
                    "the context of the application");
        }
        assertEquals(HealthCheckResponse.Status.UP, live.call().getStatus());
    }

    @Test
    void configurationComesThroughMicroProfileConfig() {
        assertEquals("300ms", config.getValue("relay.heartbeat", String.class));
        assertNull(System.getProperty("relay.tls.key"), "where the key is, is nothing for the rest of the server");
        assertEquals(
                "127.0.0.1",
                relay.running().orElseThrow().tlsAddress().getAddress().getHostAddress());
    }

    @Test
    void datagramIsReceivedAndCounted() throws Exception {
        RunningRelay running = relay.running().orElseThrow();
        long before = running.status().counts().received();
        try (DatagramSocket originator = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] message = {'h', 'i'};
            originator.send(new DatagramPacket(message, message.length, running.udpAddress()));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (running.status().counts().received() == before && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(before + 1, running.status().counts().received());
    }

    /** Done by a task of the managed executor, which logs its start: the thread that logs is the task's. */
    @Test
    void aRingThatSomebodyCutsIsReplaced() throws Exception {
        RunningRelay before = relay.running().orElseThrow();
        BlockingQueue<LoggingThread> restarts = new LinkedBlockingQueue<>();
        Handler handler = LoggingThread.ofLinesWith("Relay restarting", restarts);
        Logger logger = Logger.getLogger("backhaul.relay");
        logger.addHandler(handler);
        try {
            cutTheRing();
            LoggingThread restart = restarts.poll(20, TimeUnit.SECONDS);
            assertNotNull(restart, "a restart");
            assertSame(SyslogRelay.class, restart.relay(), "the context of the application");
            assertTrue(restart.classes().contains(SingleTask.class.getName()), restart.classes()::toString);
            assertEquals(Runtime.version().feature() >= 21, restart.isVirtual(), restart.thread()::toString);
        } finally {
            logger.removeHandler(handler);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (relay.running().orElse(before) == before && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        RunningRelay after = relay.running().orElseThrow();
        assertNotSame(before, after);
        assertTrue(
                after.status().shortcomings().toString().contains("cannot be continued: it has 0 bytes"),
                after.status().shortcomings().toString());
        assertFalse(after.isRingLost());
        assertEquals(HealthCheckResponse.Status.UP, ready.call().getStatus());
    }

    private void cutTheRing() throws Exception {
        Path ring = Path.of(config.getValue("relay.backlog.file", String.class));
        try (FileChannel file = FileChannel.open(ring, StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
    }

    /** The thread that logs a line, the classes that it is running, and its class under the name of the relay's. */
    private record LoggingThread(Thread thread, List<String> classes, Class<?> relay) {
        static Handler ofLinesWith(String words, Queue<LoggingThread> seen) {
            return new Handler() {
                @Override
                public void publish(LogRecord line) {
                    if (line.getMessage().contains(words)) {
                        seen.add(current());
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
        }

        private static LoggingThread current() {
            Thread thread = Thread.currentThread();
            try {
                return new LoggingThread(
                        thread,
                        Arrays.stream(thread.getStackTrace())
                                .map(StackTraceElement::getClassName)
                                .toList(),
                        thread.getContextClassLoader().loadClass(SyslogRelay.class.getName()));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Java 17 has no method for it, and no such threads. */
        boolean isVirtual() {
            return thread.getClass().getName().equals("java.lang.VirtualThread");
        }
    }

    @Test
    void healthChecksAgreeThatItIsUp() {
        assertEquals(HealthCheckResponse.Status.UP, started.call().getStatus());
        assertEquals(HealthCheckResponse.Status.UP, live.call().getStatus());
        HealthCheckResponse answer = ready.call();
        assertEquals(HealthCheckResponse.Status.UP, answer.getStatus());
        var data = answer.getData().orElseThrow();
        for (String key : new String[] {
            "agents", "queue-fill-percent", "received", "empty", "lost", "certificate-days-left", "ca-days-left"
        }) {
            assertTrue(data.get(key) instanceof Long, key + " is " + data.get(key));
        }
        long days = (Long) data.get("certificate-days-left");
        assertTrue(days == 823 || days == 824, "824 days, less a moment: " + days);
    }
}
