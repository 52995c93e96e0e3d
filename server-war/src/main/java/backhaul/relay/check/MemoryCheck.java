package backhaul.relay.check;

import backhaul.relay.RingSpace;
import backhaul.relay.host.HeapSpace;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.ServerSettings;
import backhaul.relay.status.Text;
import backhaul.transport.CheckReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the memory that the configuration can need with the JVM's limits and the memory of the machine. */
final class MemoryCheck {
    private static final long MIB = 1 << 20;

    /** Classes, code, threads: memory of a JVM with Liberty outside of the heap; 178 MiB were seen. */
    private static final long SERVER_REST = 192 * MIB;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgKMG]?)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");

    private final RelayConfig config;
    private final List<String> options = new ArrayList<>();
    private final Path file;
    private final CheckReport report;

    /** @param server the directory with server.xml and jvm.options */
    MemoryCheck(RelayConfig config, Path server, Map<String, String> environment, CheckReport report) {
        this.config = config;
        this.file = server.resolve("jvm.options");
        this.report = report;
        ServerSettings.optionFiles(server).forEach(options -> this.options.addAll(ServerSettings.lines(options)));
        options.addAll(List.of(environment.getOrDefault("JVM_ARGS", "").split("\\s+")));
    }

    void run() {
        report.section("Memory");
        OptionalLong machine = machine();
        long heap = option("-Xmx").orElse(machine.orElse(1 << 30) / 4);
        long direct = option("-XX:MaxDirectMemorySize=").orElse(heap);
        long ring = RingSpace.octets(config.backlogSize());
        fits(
                "relay.backlog.size needs " + Text.size(ring) + " outside of the heap",
                ring,
                direct,
                "-XX:MaxDirectMemorySize",
                "make relay.backlog.size smaller, or raise");
        String server = "Liberty needs " + Text.size(HeapSpace.SERVER) + " of heap";
        fits(server, HeapSpace.SERVER, heap, "-Xmx", "raise");
        place(ring);
        String tooLittle = HeapSpace.tooLittleForAll(heap, config);
        if (HeapSpace.SERVER <= heap && tooLittle != null) {
            report.warned(tooLittle);
        }
        long kernel = config.receiveBuffer() + config.maxAgents() * 2L * config.sendBuffer();
        long total = heap + ring + SERVER_REST + kernel;
        String sentence = "at most " + Text.size(total) + " in all: heap " + Text.size(heap) + ", backlog "
                + Text.size(ring) + ", the JVM's own " + Text.size(SERVER_REST) + ", and in the kernel "
                + Text.size(kernel) + " if relay.max-agents (" + config.maxAgents()
                + ") were connected and all of them slow";
        if (machine.isPresent() && total > machine.getAsLong()) {
            report.warned(sentence + "; this machine has " + Text.size(machine.getAsLong())
                    + ": lower relay.backlog.size, relay.max-agents or relay.tls.send-buffer");
        } else {
            report.ok(sentence
                    + machine.stream()
                            .mapToObj(octets -> "; this machine has " + Text.size(octets))
                            .findFirst()
                            .orElse(""));
        }
    }

    private void fits(String need, long needed, long limit, String option, String wayOut) {
        if (needed <= limit) {
            report.ok(need + ", of " + Text.size(limit));
        } else {
            report.failed(need + ", but " + option + " allows " + Text.size(limit) + ": " + wayOut + " " + option
                    + " in " + file);
        }
    }

    /** Checks the place of the ring. A fault of its file does not keep a relay from starting. */
    private void place(long ring) {
        if (config.backlogFile().isEmpty()) {
            report.ok(
                    "no relay.backlog.file: the service keeps the ring in its folder in /run, any other relay in memory");
            return;
        }
        Path path = config.backlogFile().get().toAbsolutePath();
        try {
            String tooLittle = RingSpace.tooLittle(
                    ring, Files.getFileStore(path.getParent()).getUsableSpace());
            if (!Files.exists(path) && tooLittle != null) {
                report.warned("relay.backlog.file: " + path + " cannot be made: " + tooLittle);
            } else {
                report.ok("relay.backlog.file: " + path);
            }
        } catch (IOException e) {
            report.warned("relay.backlog.file: " + path + " cannot be made: " + RingSpace.reason(e)
                    + ". The ring would be kept in memory");
        }
    }

    /** The last option that begins like this. */
    private OptionalLong option(String prefix) {
        OptionalLong value = OptionalLong.empty();
        for (String option : options) {
            Matcher size = SIZE.matcher(
                    option.strip().startsWith(prefix) ? option.strip().substring(prefix.length()) : "");
            if (size.matches()) {
                int shift = switch (size.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
                value = OptionalLong.of(Long.parseLong(size.group(1)) << shift);
            }
        }
        return value;
    }

    private static OptionalLong machine() {
        Matcher total = TOTAL.matcher(String.join("\n", ServerSettings.lines(Path.of("/proc/meminfo"))));
        return total.find() ? OptionalLong.of(Long.parseLong(total.group(1)) << 10) : OptionalLong.empty();
    }
}
