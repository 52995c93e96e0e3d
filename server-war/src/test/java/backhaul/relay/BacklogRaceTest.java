package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fast receiver beside readers of all kinds; every byte that a reader gets is checked. */
class BacklogRaceTest {
    private static final long MESSAGES = 400_000;
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Backlog backlog = Backlog.inMemory(1 << 20);
    private volatile List<AgentQueue> queues = List.of();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private Callable<AgentQueue> reader(AgentQueue queue, Batch batch, CountDownLatch ready, Runnable afterEachBatch) {
        return () -> {
            queue.attach();
            ready.countDown();
            while (queue.sequence() < MESSAGES) {
                assertThat(queue.take(batch, WAIT_NANOS)).isTrue();
                Messages.check(batch, queue.sequence());
                queue.delivered(batch);
                afterEachBatch.run();
            }
            return queue;
        };
    }

    /** Room for the longest message: whoever is overrun has nothing half. */
    private static Batch whole() {
        return new Batch(128 * 1024);
    }

    private void appendAll(Runnable afterEach) {
        ByteBuffer message = ByteBuffer.allocateDirect(65_535);
        for (long number = 0; number < MESSAGES; number++) {
            Messages.fill(message, number);
            backlog.append(message);
            java.lang.invoke.VarHandle.fullFence();
            for (AgentQueue queue : queues) {
                if (queue.isWaiting()) {
                    queue.wake();
                }
            }
            afterEach.run();
        }
    }

    @Test
    void overrunReaderSeesNoFalseOctetAndCountsEveryMessage() throws Exception {
        CountDownLatch ready = new CountDownLatch(2);
        AgentQueue fast = new AgentQueue(backlog, 0);
        AgentQueue overrun = new AgentQueue(backlog, 0);
        queues = List.of(fast, overrun);
        List<Future<AgentQueue>> readers = new ArrayList<>();
        readers.add(threads.submit(reader(fast, whole(), ready, () -> {})));
        // Dawdles until the ring has gone on by more than it holds, after each batch: overrun every time.
        readers.add(threads.submit(reader(overrun, whole(), ready, () -> {
            long seen = overrun.sequence();
            while (backlog.oldest() <= seen && backlog.next() < MESSAGES) {
                Thread.onSpinWait();
            }
        })));
        ready.await();

        long[] most = {0};
        appendAll(() -> {
            long sent = overrun.sent();
            most[0] = sent < most[0] ? Long.MAX_VALUE : sent;
        });

        assertThat(most[0]).as("what was sent never becomes less").isLessThanOrEqualTo(MESSAGES);
        for (Future<AgentQueue> reader : readers) {
            AgentQueue queue = reader.get(60, TimeUnit.SECONDS);
            assertThat(queue.sent() + queue.lost()).isEqualTo(MESSAGES);
            assertThat(queue.depth()).isZero();
        }
        assertThat(overrun.lost()).isPositive();
        assertThat(overrun.sent()).isPositive();
    }

    @Test
    void readerThatKeepsUpLosesNothing() throws Exception {
        AgentQueue queue = new AgentQueue(backlog, 0);
        queues = List.of(queue);
        CountDownLatch ready = new CountDownLatch(1);
        Future<AgentQueue> reader = threads.submit(reader(queue, new Batch(), ready, () -> {}));
        ready.await();

        appendAll(() -> {
            while (queue.octets() > backlog.size() / 2) {
                Thread.onSpinWait();
            }
        });

        assertThat(reader.get(60, TimeUnit.SECONDS).lost()).isZero();
        assertThat(queue.sent()).isEqualTo(MESSAGES);
    }

    @Test
    void countsOfOneInstantAddUpAndNeverStepBack() throws Exception {
        Future<RingHeader.Count> watcher = threads.submit(() -> {
            RingHeader.Count last = new RingHeader.Count(0, 0);
            while (last.next() < MESSAGES) {
                RingHeader.Count count = backlog.about().count();
                if (count.received() < last.received()
                        || count.notices() < last.notices()
                        || count.next() < last.next()) {
                    throw new AssertionError(count + " after " + last);
                }
                last = count;
            }
            return last;
        });
        ByteBuffer message = ByteBuffer.allocateDirect(65_535);
        for (long number = 0; number < MESSAGES && !watcher.isDone(); number++) {
            Messages.fill(message, number);
            if (number % 4 == 0) {
                backlog.appendNotice(message);
            } else {
                backlog.append(message);
            }
        }
        assertThat(watcher.get(60, TimeUnit.SECONDS)).isEqualTo(new RingHeader.Count(MESSAGES, MESSAGES / 4));
    }
}
