package backhaul.relay.host;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.Text;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** For how many agents the heap has room. What one takes is bounded, whatever its framing and however slow it is. */
public final class HeapSpace {
    private static final long MIB = 1 << 20;

    /** For Liberty and the application without agents: 33 MiB were seen alive, the rest is room to work. */
    public static final long SERVER = 80 * MIB;

    /** For each agent: its connection's buffers of TLS, and its writer's. */
    static final long AGENT = MIB / 8;

    /** The status that the JVM exits with then. */
    public static final int OUT_OF_MEMORY = 3;

    private HeapSpace() {}

    /** Octets that this JVM may take (-Xmx). */
    public static long limit() {
        String heap = option("MaxHeapSize");
        return heap.isEmpty() ? Runtime.getRuntime().maxMemory() : Long.parseLong(heap);
    }

    /** Whether the JVM ends when it has no memory left, as jvm.options of the package say. */
    public static boolean endsWithoutMemory() {
        return option("ExitOnOutOfMemoryError").equals("true");
    }

    private static String option(String name) {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return jvm == null ? "" : jvm.getVMOption(name).getValue();
    }

    /** How many agents have room in a heap of that size; one at the least. */
    public static int agents(long heap) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (heap - SERVER) / AGENT));
    }

    /** Why not all agents find room; null if they do. */
    public static String tooLittleForAll(long heap, RelayConfig config) {
        return config.maxAgents() <= agents(heap)
                ? null
                : "relay.max-agents (" + config.maxAgents() + ") needs "
                        + Text.size(SERVER + config.maxAgents() * AGENT + MIB - 1) + " of heap, but " + roomFor(heap)
                        + ": lower it, or raise -Xmx in jvm.options";
    }

    /** Why one more agent finds no room. */
    public static String full(long heap) {
        return roomFor(heap) + ", which are connected: raise -Xmx in jvm.options";
    }

    private static String roomFor(long heap) {
        return "the " + Text.size(heap) + " of -Xmx have room for " + agents(heap) + " agents";
    }
}
