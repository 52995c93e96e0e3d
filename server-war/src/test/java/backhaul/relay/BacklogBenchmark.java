package backhaul.relay;

import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The cost of a message in the ring: one copy in, and one copy out for each agent. Nobody else is at the ring. */
@State(Scope.Thread)
public class BacklogBenchmark {
    /** More than one batch of the shortest, less than the ring of the longest. */
    private static final int MESSAGES = 2048;

    private static final int RING = 32 << 20; // bytes, the default of relay.backlog.size

    @Param({"64", "256", "1024", "8192"})
    private int octets;

    private ByteBuffer message;
    private Backlog turning;
    private AgentQueue queue;
    private final Batch batch = new Batch();
    private final Batch back = new Batch(0); // a batch that puts the queue back to where it began

    @Setup
    public void fill() {
        message = ByteBuffer.allocateDirect(octets); // as that of the receiver
        turning = Backlog.inMemory(RING);
        Backlog filled = Backlog.inMemory(RING);
        for (int i = 0; i < MESSAGES; i++) {
            filled.append(message);
        }
        queue = new AgentQueue(filled, 0);
        back.filled(0, -MESSAGES);
    }

    @Benchmark
    public long append() {
        turning.append(message);
        return turning.next();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long take() {
        long taken = 0;
        for (long left = MESSAGES; left > 0; left -= batch.messages()) {
            queue.take(batch, 0);
            queue.delivered(batch);
            taken += batch.length();
        }
        queue.delivered(back);
        return taken;
    }
}
