package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real syslog-ng with a configuration of its own. */
final class SyslogNg {
    private SyslogNg() {}

    /** {@code config} may use %DIR% for the directory that everything is in. */
    static Daemon start(Path directory, String config) {
        Path file = directory.resolve("syslog-ng.conf");
        try {
            Files.writeString(
                    file,
                    ("@version: 3.35\noptions { stats-freq(0); use-dns(no); dns-cache(no); };\n" + config)
                            .replace("%DIR%", directory.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = List.of(
                Tool.require("syslog-ng"),
                "--foreground",
                "--no-caps",
                "--cfgfile=" + file,
                "--persist-file=" + directory.resolve("persist"),
                "--pidfile=" + directory.resolve("pid"),
                "--control=" + directory.resolve("control"));
        return Daemon.start("syslog-ng", directory, Map.of(), command);
    }
}
