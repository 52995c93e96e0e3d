package backhaul.relay.host;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment that systemd gives to the relay, for {@code check}, which systemd does not start. The command asks {@code
 * systemctl show} and passes the answer on in its own environment.
 */
public final class ServiceEnvironment {
    public static final String VARIABLE = "BACKHAUL_SERVICE";

    /** {@code NAME=value}, in quotes if a shell would see more than one word. */
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

    private ServiceEnvironment() {}

    /** The present environment, with the variables of the service added or replaced. */
    public static Map<String, String> of(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        Matcher word = WORD.matcher(all.getOrDefault(VARIABLE, ""));
        while (word.find()) {
            String assignment =
                    word.group(1) == null ? word.group(2) : word.group(1).replaceAll("\\\\(.)", "$1");
            int equals = assignment.indexOf('=');
            if (equals > 0) {
                all.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            }
        }
        return all;
    }
}
