package backhaul.system;

import java.nio.file.Path;
import java.util.List;

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
        Path directory = Build.scratch(name);
        int port = Ports.free();
        Daemon process = SyslogNg.start(directory, """
                source relayed {
                  network(ip("127.0.0.1") port(%d) transport("udp") flags(no-parse) log-msg-size(65536)
                          so-rcvbuf(4194304));
                };
                destination file { file("%%DIR%%/messages" template("${MESSAGE}\\n")); };
                log { source(relayed); destination(file); };
                """.formatted(port));
        Ports.awaitBound("udp", port);
        return new SyslogNgCollector(process, directory.resolve("messages"), port);
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
