package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file for a syslog daemon that the packages bring, for use in a test. */
final class Example {
    private static final String FORWARDING = "liberty/src/main/forwarding/";
    private static final String COLLECTING = "agent-cli/src/main/collecting/";

    private Example() {}

    /** For the host, to send to this port. */
    static String forwarding(String file, int port) {
        return with(FORWARDING + file, port);
    }

    /** For home, to listen at this port and to write into %DIR%/backhaul. */
    static String collecting(String file, int port) {
        return with(COLLECTING + file, port);
    }

    /** For home, to hand warnings to this program with its arguments. */
    static String mailing(String file, String program) {
        String there = "/usr/local/bin/backhaul-digest 600 /usr/local/bin/backhaul-mail\"";
        String text = text(COLLECTING + file);
        assertThat(text).containsOnlyOnce(there);
        return text.replace(there, program + "\"");
    }

    /** The program that hands messages to a command. */
    static Path digest() {
        return Build.root().resolve(COLLECTING + "backhaul-digest");
    }

    /** Firewall rules for the host, of this port. */
    static String relayFirewall(int port) {
        return define(text(FORWARDING + "backhaul-relay.nft"), "backhaul_port", "514", String.valueOf(port));
    }

    /** Firewall rules for home, of this port. */
    static String agentFirewall(int port) {
        return define(text(COLLECTING + "backhaul-agent.nft"), "backhaul_collector_port", "514", String.valueOf(port));
    }

    /** With another value in a line that an administrator may change. */
    static String define(String rules, String name, String there, String value) {
        String line = "define " + name + " = ";
        assertThat(rules).containsOnlyOnce(line + there + "\n");
        return rules.replace(line + there + "\n", line + value + "\n");
    }

    /** Without a working directory, of which {@link Rsyslog} has its own. */
    private static String with(String file, int port) {
        String text = text(file);
        assertThat(text).containsPattern("port(=\"|\\()514\\b");
        return text.replaceAll("(port(?:=\"|\\())514\\b", "$1" + port)
                .replace("/var/log/backhaul", "%DIR%/backhaul")
                .replaceAll("(?m)^global\\(workDirectory.*\n", "");
    }

    private static String text(String file) {
        try {
            return Files.readString(Build.root().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
