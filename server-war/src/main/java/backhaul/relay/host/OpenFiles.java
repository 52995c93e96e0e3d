package backhaul.relay.host;

import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.ServerSettings;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files, sockets among them, this process may have open. */
public final class OpenFiles {
    /** Of a server without connections: 137 were seen, most of them archives. */
    private static final int SERVER = 200;

    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files\\s+\\d+\\s+(\\d+)");

    private OpenFiles() {}

    /** Empty if there is none, or the system does not tell. (proc(5); Java raises the limit to the hard one by itself.) */
    public static OptionalLong limit() {
        Matcher limit = LIMIT.matcher(String.join("\n", ServerSettings.lines(Path.of("/proc/self/limits"))));
        return limit.find() ? OptionalLong.of(Long.parseLong(limit.group(1))) : OptionalLong.empty();
    }

    /** Why the server does not come up with this limit; null if it does. */
    public static String tooFew(OptionalLong limit, RelayConfig config) {
        return limit.isPresent() && limit.getAsLong() < SERVER ? sentence(limit.getAsLong(), config) : null;
    }

    /** Why not all agents find a place; null if they do. */
    public static String tooFewForAll(OptionalLong limit, RelayConfig config) {
        return limit.isPresent() && limit.getAsLong() >= SERVER && limit.getAsLong() < needed(config)
                ? sentence(limit.getAsLong(), config)
                : null;
    }

    private static int needed(RelayConfig config) {
        return SERVER + config.maxAgents() + config.maxHandshakes();
    }

    private static String sentence(long limit, RelayConfig config) {
        return "this process may have " + limit + " files open and needs " + needed(config) + ": " + SERVER
                + " of the server, and one for each of relay.max-agents and relay.max-handshakes: raise the limit"
                + " (LimitNOFILE= of the service, ulimit -n)";
    }

    /** Is that why? The text of the error says so only in English; what is there now may have come free since. */
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
