package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A syslog-ng at home that writes every message as it came. */
final class SyslogNgCollector implements Collector {
    private final Daemon process;
    private final Path file;
    private final int port;

    private SyslogNgCollector(Daemon process, Path file, int port) {
        this.process = process;
        this.file = file;
        this.port = port;
    }

    static SyslogNgCollector start(String name) {
        String program = Tool.require("syslog-ng");
        Path directory = Build.scratch(name);
        Path config = directory.resolve("syslog-ng.conf");
        Path file = directory.resolve("messages");
        int port = Ports.free();
        try {
            Files.writeString(config, """
                    @version: 3.35
                    options { stats-freq(0); use-dns(no); };
                    source relayed {
                      network(ip("127.0.0.1") port(%d) transport("udp") flags(no-parse) log-msg-size(65536)
                              so-rcvbuf(4194304));
                    };
                    destination file { file("%s" template("${MESSAGE}\\n")); };
                    log { source(relayed); destination(file); };
                    """.formatted(port, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = List.of(
                program,
                "--foreground",
                "--no-caps",
                "--cfgfile=" + config,
                "--persist-file=" + directory.resolve("persist"),
                "--pidfile=" + directory.resolve("pid"),
                "--control=" + directory.resolve("control"));
        Daemon process = Daemon.start("syslog-ng", directory, Map.of(), command);
        Ports.awaitBound("udp", port);
        return new SyslogNgCollector(process, file, port);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<String> lines() {
        return LineFile.complete(file);
    }

    @Override
    public void close() {
        process.close();
    }
}
