package backhaul.relay.host;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.Text;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Computes for how many agents the heap has room. One takes a bounded amount in either framing, even if it is slow. */
public final class HeapSpace {
    private static final long MIB = 1 << 20;

    /** For Liberty and the application without agents: 33 MiB were seen alive, the rest is room to work. */
    public static final long SERVER = 80 * MIB;

    /** For each agent: the TLS buffers of its connection, and the buffers of its writer. */
    static final long AGENT = MIB / 8;

    /** The exit status of a JVM without memory. */
    public static final int OUT_OF_MEMORY = 3;

    private HeapSpace() {}

    /** The bytes that this JVM can use (-Xmx). */
    public static long limit() {
        String heap = option("MaxHeapSize");
        return heap.isEmpty() ? Runtime.getRuntime().maxMemory() : Long.parseLong(heap);
    }

    /** Whether the JVM exits when it has no memory left, as set by jvm.options of the package. */
    public static boolean endsWithoutMemory() {
        return option("ExitOnOutOfMemoryError").equals("true");
    }

    private static String option(String name) {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return jvm == null ? "" : jvm.getVMOption(name).getValue();
    }

    /** The number of agents that have room in a heap of that size; at least one. */
    public static int agents(long heap) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (heap - SERVER) / AGENT));
    }

    /** The reason why not all agents have room; null if they do. */
    public static String tooLittleForAll(long heap, RelayConfig config) {
        return config.maxAgents() <= agents(heap)
                ? null
                : "relay.max-agents (" + config.maxAgents() + ") needs "
                        + Text.size(SERVER + config.maxAgents() * AGENT + MIB - 1) + " of heap, but " + roomFor(heap)
                        + ": lower it, or raise -Xmx in jvm.options";
    }

    /** The reason why one more agent has no room. */
    public static String full(long heap) {
        return roomFor(heap) + ", which are connected: raise -Xmx in jvm.options";
    }

    private static String roomFor(long heap) {
        return "the " + Text.size(heap) + " of -Xmx have room for " + agents(heap) + " agents";
    }
}
