package backhaul.relay;

import backhaul.relay.host.HeapSpace;
import java.util.concurrent.TimeUnit;

/**
 * Collects once after many agents have left, so that the JVM can return their memory: without a full collection, its heap
 * stays as large as it was. Runs on housekeeping.
 */
final class MemoryReturn {
    /** Fewer are not worth it: a full collection stops the relay for about 0.1 s. */
    private static final int MANY = 100;

    /** The network may have failed for all of them, and they connect again. */
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Runnable collect;
    private int most; // agents since the last collection
    private long since; // nanoTime; from then on there were many fewer

    MemoryReturn(Runnable collect) {
        this.collect = collect;
    }

    /** Only with jvm.options of the package: other applications of a server would have to wait, too. */
    static MemoryReturn ofThisJvm() {
        return new MemoryReturn(HeapSpace.endsWithoutMemory() ? System::gc : () -> {});
    }

    /** @param agents connected now */
    void sweep(long now, int agents) {
        most = Math.max(most, agents);
        if (agents > most - MANY) {
            since = now;
        } else if (now - since > WAIT_NANOS) {
            collect.run();
            most = agents;
        }
    }
}
