package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The resources that a relay's process holds.
 *
 * @param threads of the operating system
 * @param descriptors open
 * @param heap bytes of live objects, after a collection
 * @param handshakes objects of that class among them, one for each connection
 */
record Vitals(long threads, long descriptors, long heap, long handshakes) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern HANDSHAKES =
            Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+backhaul\\.relay\\.Handshake\\b(?!\\$)");

    static Vitals of(RelayServer relay) {
        long pid = relay.process().pid();
        String histogram = Command.run(
                        Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                        String.valueOf(pid),
                        "GC.class_histogram")
                .expect(0)
                .output();
        return new Vitals(
                entries(pid, "task"),
                entries(pid, "fd"),
                number(TOTAL.matcher(histogram)),
                number(HANDSHAKES.matcher(histogram)));
    }

    private static long number(Matcher line) {
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    static long entries(long pid, String directory) {
        try (Stream<Path> entries = Files.list(Path.of("/proc", String.valueOf(pid), directory))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return threads + " threads, " + descriptors + " descriptors, " + heap / 1024 + " KiB of heap";
    }
}
