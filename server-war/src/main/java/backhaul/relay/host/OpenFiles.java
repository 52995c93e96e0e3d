package backhaul.relay.host;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.ServerSettings;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The number of files, including sockets, that this process can have open. */
public final class OpenFiles {
    /** Files of a server without connections: 137 were seen, most of them archives. */
    private static final int SERVER = 200;

    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files\\s+\\d+\\s+(\\d+)");

    private OpenFiles() {}

    /** Empty if there is none or it is unknown. (proc(5); Java raises the limit to the hard one by itself.) */
    public static OptionalLong limit() {
        Matcher limit = LIMIT.matcher(String.join("\n", ServerSettings.lines(Path.of("/proc/self/limits"))));
        return limit.find() ? OptionalLong.of(Long.parseLong(limit.group(1))) : OptionalLong.empty();
    }

    /** The reason why the server cannot start with this limit; null if it can. */
    public static String tooFew(OptionalLong limit, RelayConfig config) {
        return limit.isPresent() && limit.getAsLong() < SERVER ? sentence(limit.getAsLong(), config) : null;
    }

    /** The reason why not all agents have room; null if they do. */
    public static String tooFewForAll(OptionalLong limit, RelayConfig config) {
        return limit.isPresent() && limit.getAsLong() >= SERVER && limit.getAsLong() < needed(config)
                ? sentence(limit.getAsLong(), config)
                : null;
    }

    private static int needed(RelayConfig config) {
        return SERVER + config.maxAgents() + config.maxHandshakes();
    }

    private static String sentence(long limit, RelayConfig config) {
        return "this process can have " + limit + " files open and needs " + needed(config) + ": " + SERVER
                + " for the server, and one for each of relay.max-agents and relay.max-handshakes: raise the limit"
                + " (LimitNOFILE= of the service, ulimit -n)";
    }

    /** Is this the cause? The text of the error shows it only in English; a file that can be opened now may be a newly free one. */
    public static boolean areUsedUp(Throwable failure) {
        if (String.valueOf(failure.getMessage()).contains("Too many open files")) {
            return true;
        }
        try {
            new FileInputStream("/dev/null").close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
