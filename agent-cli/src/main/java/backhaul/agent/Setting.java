package backhaul.agent;

import backhaul.transport.Spelling;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Every key of the agent's configuration: one name for the flag, the environment variable and the file. */
enum Setting {
    CONFIG("config", "FILE", null, "Properties file. Its keys are the names of these options.", false),
    RELAY(
            "relay",
            "HOST[:PORT]",
            null,
            "A relay to follow; several times, or several separated by commas. The default port is 514.",
            true),
    CERT("cert", "FILE", null, "The agent's certificate, followed by its issuers up to the CA (PEM).", true),
    KEY("key", "FILE", null, "The certificate's private key (PEM).", true),
    KEY_PASSPHRASE_FILE(
            "key-passphrase-file", "FILE", null, "File whose first line is the passphrase of the key.", false),
    CA("ca", "FILE", null, "The certificates of your CA (PEM). Nothing else is trusted.", true),
    CRL(
            "crl",
            "FILE",
            null,
            "Revocation lists of your CA (PEM). The agent does not trust a relay that they name.",
            false),
    CRL_OUTDATED(
            "crl-outdated",
            "accept|refuse",
            "accept",
            "When a list is out of date, accept or refuse a relay that it does not name.",
            false),
    STATE(
            "state",
            "FILE",
            null,
            "File that keeps the position, so that a restart of the agent loses nothing. Default:"
                    + " $STATE_DIRECTORY/position if systemd has set that variable, otherwise none.",
            false),
    METRICS_FILE(
            "metrics-file",
            "FILE",
            null,
            "File for the agent's metrics, for node_exporter's textfile collector and the command status. The agent"
                    + " writes it every 15 s and when a connection starts or ends. Default:"
                    + " $RUNTIME_DIRECTORY/backhaul-agent.prom if systemd has set that variable, otherwise none.",
            false),
    COLLECTOR(
            "collector",
            "[WAY://]HOST[:PORT]|unix:PATH",
            "127.0.0.1:514",
            "The syslog daemon that gets the messages: by UDP, with tcp:// by TCP with octet counting, with tcp+lf:// by"
                    + " TCP in lines. The default port is 514. Or unix:PATH, a Unix datagram socket such as /dev/log.",
            false),
    COLLECTOR_MAX_MESSAGE(
            "collector-max-message",
            "BYTES",
            "8096",
            "The longest message to a collector by TCP (480..65507). Longer ones are cut and marked. A stock rsyslog takes"
                    + " 8096 and turns the rest into another message: raise both together.",
            false),
    CATCH_UP_RATE(
            "catch-up-rate",
            "MESSAGES",
            "3000",
            "Messages per second to a collector by UDP on another machine, after a burst of 128 (0..1000000, 0 means no"
                    + " limit). The agent doubles it when the live messages need more.",
            false),
    CONNECT_TIMEOUT(
            "connect-timeout",
            "DURATION",
            "10s",
            "Time for one attempt: TCP, TLS and the relay's first line together (100ms..5m).",
            false),
    SILENCE(
            "silence",
            "DURATION",
            "1h",
            "If a relay that used to send messages has sent none for this long, write a warning (SILENT) into the log, and"
                    + " a notice when messages arrive again (1s..720h; 0 for never).",
            false);

    private static final String PREFIX = "BACKHAUL_";
    private static final int SLIP = 2; // letters of a typing error

    private final String key;
    private final String label;
    private final String defaultValue;
    private final String help;
    private final boolean required;

    Setting(String key, String label, String defaultValue, String help, boolean required) {
        this.key = key;
        this.label = label;
        this.defaultValue = defaultValue;
        this.help = help;
        this.required = required;
    }

    /** The key in the properties file. */
    String key() {
        return key;
    }

    String flag() {
        return "--" + key;
    }

    /** The environment variable. */
    String variable() {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    String label() {
        return label;
    }

    /** Null if there is none. */
    String defaultValue() {
        return defaultValue;
    }

    /** One paragraph for {@code --help}. */
    String help() {
        return help + (required ? " Required." : defaultValue == null ? "" : " Default: " + defaultValue + ".");
    }

    boolean required() {
        return required;
    }

    /** Can the flag be given more than once? */
    boolean repeatable() {
        return this == RELAY;
    }

    /** Is it about connecting to a relay, and not about handing on the stream? */
    boolean isForConnecting() {
        return switch (this) {
            case STATE, METRICS_FILE, COLLECTOR, COLLECTOR_MAX_MESSAGE, CATCH_UP_RATE -> false;
            default -> true;
        };
    }

    /** The setting with this key, or null; a file cannot name another file. */
    static Setting inFile(String key) {
        for (Setting setting : values()) {
            if (setting != CONFIG && setting.key.equals(key)) {
                return setting;
            }
        }
        return null;
    }

    /** The variable that this name was most likely meant to be; null if it resembles none, or is one. */
    static String misspelt(String name) {
        List<String> variables = Stream.of(values()).map(Setting::variable).toList();
        String nearest = Spelling.nearest(name, variables);
        return !variables.contains(name)
                        && name.toUpperCase(Locale.ROOT).startsWith(PREFIX)
                        && Spelling.distance(name, nearest) <= SLIP
                ? nearest
                : null;
    }

    /** The key that a mistyped one was most likely meant to be. */
    static String nearest(String mistyped) {
        return Spelling.nearest(
                mistyped,
                Stream.of(values())
                        .filter(setting -> setting != CONFIG)
                        .map(Setting::key)
                        .toList());
    }
}
