package backhaul.relay;

import backhaul.relay.host.HeapSpace;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices when the JVM does little except collect garbage. It then serves nobody, and does not end by itself, because
 * each collection still frees something. Runs on housekeeping.
 */
final class HeapWatch {
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Percent of that time. */
    private static final int MOST = 90;

    private final LongSupplier collecting; // ms since the start
    private final RelayLog log;
    private final Runnable end;
    private long since; // nanoTime
    private long before; // ms that collections had taken then

    HeapWatch(LongSupplier collecting, RelayLog log, Runnable end, long now) {
        this.collecting = collecting;
        this.log = log;
        this.end = end;
        this.since = now;
        this.before = collecting.getAsLong();
    }

    /** Ends the JVM if jvm.options say that one without memory ends: somebody restarts it, as the package does. */
    static HeapWatch ofThisJvm(RelayLog log) {
        return new HeapWatch(
                HeapWatch::collecting,
                log,
                () -> {
                    if (HeapSpace.endsWithoutMemory()) {
                        Runtime.getRuntime().halt(HeapSpace.OUT_OF_MEMORY); // as the JVM does by itself
                    }
                },
                System.nanoTime());
    }

    private static long collecting() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    void sweep(long now) {
        long span = now - since;
        if (span < SPAN_NANOS) {
            return;
        }
        long spent = collecting.getAsLong() - before;
        since = now;
        before += spent;
        if (TimeUnit.MILLISECONDS.toNanos(spent) > span / 100 * MOST) {
            log.error("Out of memory: " + spent / 1000 + " of the last " + TimeUnit.NANOSECONDS.toSeconds(span)
                    + " s went into collecting garbage. Raise -Xmx in jvm.options, or lower relay.max-agents");
            end.run();
        }
    }
}
