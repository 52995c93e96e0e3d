package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AgentQueueTest {
    private final Backlog backlog = Backlog.inMemory(1 << 20);
    private final Batch batch = new Batch(128 * 1024); // room for any message

    private void append(long from, long to) {
        for (long number = from; number < to; number++) {
            backlog.append(Messages.message(number));
        }
    }

    @Test
    void queueBeginsWhereItIsToldTo() {
        append(0, 10);
        AgentQueue queue = new AgentQueue(backlog, 4);

        queue.take(batch, 1);

        assertThat(batch.messages()).isEqualTo(6);
        Messages.check(batch, 4);
    }

    @Test
    void messagesWaitUntilTheyAreDelivered() {
        append(0, 10);
        AgentQueue queue = new AgentQueue(backlog, 0);

        queue.take(batch, 1);
        assertThat(queue.depth()).isEqualTo(10);
        assertThat(queue.sent()).isZero();

        queue.delivered(batch);
        assertThat(queue.depth()).isZero();
        assertThat(queue.sent()).isEqualTo(10);
    }

    @Test
    void overrunIsCountedBySubtraction() {
        append(0, 20_000);
        AgentQueue queue = new AgentQueue(backlog, 5);

        queue.take(batch, 1);

        assertThat(queue.lost()).isEqualTo(backlog.oldest() - 5);
        Messages.check(batch, backlog.oldest());
    }

    @Test
    void theRestOfAMessageThatTheRingNoLongerHasIsNotReplacedByAnother() {
        append(0, 8); // the last is longer than a batch
        AgentQueue queue = new AgentQueue(backlog, 7);
        Batch small = new Batch();
        assertThat(queue.take(small, 1)).isTrue();
        queue.delivered(small);
        assertThat(queue.sent()).isZero();
        assertThat(small.begun()).isEqualTo(Batch.RECORD);

        append(8, 20_000);

        assertThat(queue.take(small, 1)).isFalse();
        assertThat(queue.sequence()).isEqualTo(7);
        assertThat(queue.lost()).as("whoever comes again gets that told").isZero();
    }

    @Test
    void emptyQueueGivesUpAfterTheTimeItWasGiven() {
        AgentQueue queue = new AgentQueue(backlog, 0);
        queue.attach();

        queue.take(batch, TimeUnit.MILLISECONDS.toNanos(5));

        assertThat(batch.isEmpty()).isTrue();
        assertThat(queue.isWaiting()).isFalse();
    }

    @Test
    void sleepingWriterIsWokenByAMessage() throws Exception {
        AgentQueue queue = new AgentQueue(backlog, 0);
        CompletableFuture<Long> taken = CompletableFuture.supplyAsync(() -> {
            queue.attach();
            queue.take(batch, TimeUnit.MINUTES.toNanos(1));
            return batch.messages();
        });
        await().until(queue::isWaiting);

        append(0, 1);
        queue.wake();

        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void sleepingWriterIsWokenByWhoeverWantsItsAttention() throws Exception {
        AgentQueue queue = new AgentQueue(backlog, 0);
        CompletableFuture<Boolean> taken = CompletableFuture.supplyAsync(() -> {
            queue.attach();
            queue.take(batch, TimeUnit.MINUTES.toNanos(1));
            return batch.isEmpty();
        });
        await().until(queue::isWaiting);

        queue.wake();

        assertThat(taken.get(10, TimeUnit.SECONDS)).isTrue();
    }
}
