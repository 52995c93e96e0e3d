package backhaul.relay;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One agent's queue: a position in the ring. Its agent's writer takes batches and waits here; the UDP receiver only
 * wakes it.
 *
 * <p>DESIGN. Waiting is Dekker's handshake. The writer sets {@code waiting}, then looks at the ring once more, then
 * parks; the receiver appends, then a full fence, then looks at {@code waiting}. One of the two sees the other, so no
 * message waits while its writer sleeps. A writer that is busy is never woken, and costs the receiver one load.
 */
final class AgentQueue {
    /** The second try stays away from the edge by 1/64 of the messages in the ring. */
    private static final int FIRST_MARGIN = 7;

    private final Backlog backlog;
    private final long first;
    private volatile Thread writer; // set once, by the writer itself before its first look at anything
    private volatile boolean waiting; // Dekker with Backlog.next, see above
    private long sequence; // writer only; first + sent + lost
    private final AtomicLong sent = new AtomicLong(); // written by the writer; opaque
    private final AtomicLong lost = new AtomicLong(); // likewise

    /** A queue that begins with message {@code first}. */
    AgentQueue(Backlog backlog, long first) {
        this.backlog = backlog;
        this.first = first;
        this.sequence = first;
    }

    /** Makes the calling thread the one that takes from this queue. */
    void attach() {
        writer = Thread.currentThread();
    }

    /**
     * Fills {@code batch} with the next messages, waiting up to {@code nanos} for them; the batch stays empty if none
     * came, or if somebody called {@link #wake()}. Runs on the agent's writer.
     *
     * @return false if the ring no longer holds a message whose beginning the agent has: nothing can follow that
     */
    boolean take(Batch batch, long nanos) {
        if (!copy(batch)) {
            return false;
        }
        if (!batch.isEmpty()) {
            return true;
        }
        Thread.interrupted(); // only end() and messages end a wait; an interrupt would turn it into a busy loop
        if (announceWait()) {
            LockSupport.parkNanos(this, nanos);
        }
        waiting = false;
        return copy(batch);
    }

    /** Half of the handshake: from now on the receiver wakes the writer; true if there is still nothing to take. */
    boolean announceWait() {
        waiting = true;
        return backlog.next() == sequence;
    }

    /**
     * Copies from the ring; skips and counts the messages that it no longer holds. While the receiver runs at full
     * speed, the oldest message is gone before a copy of it is finished, so each further try starts twice as far from
     * the edge.
     */
    private boolean copy(Batch batch) {
        for (int tries = 0; !backlog.read(sequence, batch); tries++) {
            if (batch.begun() > 0) {
                return false;
            }
            long oldest = backlog.oldest();
            long margin = tries == 0 ? 0 : (backlog.next() - oldest) >> Math.max(1, FIRST_MARGIN - tries);
            long resume = Math.max(sequence, oldest + margin);
            lost.setOpaque(lost() + resume - sequence);
            sequence = resume;
        }
        return true;
    }

    /** The batch was sent: its messages count as delivered. Runs on the agent's writer. */
    void delivered(Batch batch) {
        batch.delivered();
        sequence += batch.messages();
        sent.setOpaque(sent() + batch.messages());
    }

    /** True if the writer sleeps and wants to be woken. Any thread, after a full fence that follows its append. */
    boolean isWaiting() {
        return waiting;
    }

    /** Ends the writer's wait, whatever it waits for. Any thread. */
    void wake() {
        waiting = false;
        LockSupport.unpark(writer);
    }

    /** The number of the message that the agent gets next. Any thread. */
    long sequence() {
        return first + sent() + lost();
    }

    /** The number of the message that the queue began with. Any thread. */
    long first() {
        return first;
    }

    /** Messages that the ring no longer held when their turn came. Any thread. */
    long lost() {
        return lost.getOpaque();
    }

    /** Messages handed to the connection. Any thread. */
    long sent() {
        return sent.getOpaque();
    }

    /** Messages that wait for this agent. Any thread. */
    long depth() {
        return Math.max(0, backlog.next() - sequence());
    }

    /** Approximate number of bytes in the ring that wait for this agent. Any thread. */
    long octets() {
        return backlog.octetsSince(sequence());
    }
}
