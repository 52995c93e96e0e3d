package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real rsyslogd with a configuration of its own. */
final class Rsyslog {
    private Rsyslog() {}

    /**
     * {@code config} may use %DIR% for the directory that everything is in. Messages may be long unless it sets a
     * limit.
     */
    static Daemon start(Path directory, String config) {
        return start(Namespace.OWN, directory, config);
    }

    static Daemon start(Namespace namespace, Path directory, String config) {
        String program = Tool.require("rsyslogd");
        Path file = directory.resolve("rsyslog.conf");
        try {
            Files.writeString(
                    file,
                    ("global(workDirectory=\"%DIR%\""
                                    + (config.contains("maxMessageSize") ? "" : " maxMessageSize=\"64k\"") + ")\n"
                                    + config)
                            .replace("%DIR%", directory.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // -C: keep the working directory; -i: a file for the process id of its own.
        List<String> command = List.of(
                program,
                "-n",
                "-C",
                "-f",
                file.toString(),
                "-i",
                directory.resolve("pid").toString());
        return Daemon.start("rsyslogd", directory, Map.of(), namespace.enter(command));
    }
}
