package backhaul.relay.status;

import backhaul.transport.PrometheusText;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes metrics of the server's process under Prometheus' standard names. Those that the system does not have are absent. */
final class ProcessMetrics {
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private ProcessMetrics() {}

    static String text() {
        PrometheusText text = new PrometheusText("process_");
        text.single(
                "start_time_seconds",
                "gauge",
                "When the process was started.",
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            text.single(
                    "cpu_seconds_total",
                    "counter",
                    "Processor time used.",
                    Duration.ofNanos(system.getProcessCpuTime()));
            text.single("open_fds", "gauge", "Open file descriptors.", system.getOpenFileDescriptorCount());
            text.single("max_fds", "gauge", "Limit of open file descriptors.", system.getMaxFileDescriptorCount());
        }
        try {
            Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
            if (line.find()) {
                text.single("resident_memory_bytes", "gauge", "Memory in use.", Long.parseLong(line.group(1)) * 1024);
            }
        } catch (IOException e) {
            // Not Linux.
        }
        return text.toString();
    }
}
