package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The relay's numbers, as {@code /status} reports them.
 *
 * @param json perhaps after HTTP headers
 */
record Books(String json) {
    /** A number of the relay's own. */
    long number(String key) {
        return in(json, key);
    }

    /** A text of the relay's own. */
    String text(String key) {
        Matcher matcher = Pattern.compile("\"" + Pattern.quote(key) + "\":\\s*\"([^\"]*)\"")
                .matcher(json);
        assertThat(matcher.find()).as("%s in %s", key, json).isTrue();
        return matcher.group(1);
    }

    boolean has(String agent) {
        return entry(agent) != null;
    }

    /** A number of a connected agent, by the name in its certificate. */
    long number(String agent, String key) {
        String entry = entry(agent);
        assertThat(entry).as("agent %s in %s", agent, json).isNotNull();
        return in(entry, key);
    }

    /**
     * The received messages are the numbered ones, and each number was sent to the agent, waits for it or is lost to
     * it.
     */
    boolean balance(String agent) {
        return has(agent)
                && number("received") + number("own-notices") == number("next")
                && number("next") - number(agent, "first")
                        == number(agent, "sent") + number(agent, "waiting") + number(agent, "lost");
    }

    private String entry(String agent) {
        Matcher matcher = Pattern.compile("\\{[^{}]*\"CN=" + Pattern.quote(agent) + "[\",][^{}]*\"sent\"[^{}]*\\}")
                .matcher(json);
        return matcher.find() ? matcher.group() : null;
    }

    private static long in(String json, String key) {
        Matcher matcher =
                Pattern.compile("\"" + Pattern.quote(key) + "\":\\s*(\\d+)").matcher(json);
        assertThat(matcher.find()).as("%s in %s", key, json).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
