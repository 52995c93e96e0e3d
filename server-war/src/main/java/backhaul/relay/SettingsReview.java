package backhaul.relay;

import backhaul.transport.PropertiesFile;
import backhaul.transport.Spelling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds settings that do not do what somebody may think: keys that do not exist, and those that another place wins over. */
final class SettingsReview {
    /** Keys that relay.properties may have besides: Liberty's own. */
    private static final Pattern OF_LIBERTY = Pattern.compile("(com\\.ibm|io\\.openliberty|websphere|bootstrap)\\..*");

    /** Variables that are most likely meant for the relay. */
    private static final Pattern VARIABLE = Pattern.compile("RELAY_(UDP|TLS|MAX|BACKLOG)_.*|RELAY_.*TIMEOUT");

    private static final Pattern ELSEWHERE = Pattern.compile(
            "<variable\\s+name=\"((?:relay\\.|http\\.port)[^\"]*)\"\\s+value=|^\\s*-D((?:relay\\.|http\\.port)[^=]*)=",
            Pattern.MULTILINE);

    private final ServerSettings settings;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param server the directory with server.xml */
    SettingsReview(ServerSettings settings, Path server) {
        this.settings = settings;
        keys();
        environment();
        elsewhere(server);
    }

    /** Each a sentence. */
    List<String> problems() {
        return problems;
    }

    /** What is worth a look; each a sentence. */
    List<String> warnings() {
        return warnings;
    }

    private void keys() {
        Set<String> used = new LinkedHashSet<>(settings.known());
        for (PropertiesFile.Entry entry : settings.entries().values()) {
            Matcher expression = ServerSettings.EXPRESSION.matcher(entry.text());
            while (expression.find()) {
                used.add(expression.group(1));
            }
        }
        for (PropertiesFile.Entry entry : settings.entries().values()) {
            if (!used.contains(entry.key()) && !OF_LIBERTY.matcher(entry.key()).matches()) {
                problems.add(entry.place() + ": there is no key " + entry.key() + "; the nearest is "
                        + Spelling.nearest(entry.key(), settings.known()));
            }
        }
    }

    private void environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String key : settings.known()) {
            variables.put(key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), key);
        }
        for (String name : settings.environment().keySet()) {
            PropertiesFile.Entry entry = settings.entries().get(variables.get(name));
            if (entry != null) {
                warnings.add(
                        name + " in the environment does not count: " + entry.key() + " is set in " + entry.place());
            } else if (VARIABLE.matcher(name).matches() && !variables.containsKey(name)) {
                warnings.add("the environment has " + name + ", which is none of the relay's: the nearest is "
                        + Spelling.nearest(name, variables.keySet()));
            }
        }
    }

    /** Places with a higher ordinal, which are not for settings of the relay. */
    private void elsewhere(Path server) {
        for (String name : List.of("server.xml", "application.xml", "jvm.options")) {
            Path file = server.resolve(name);
            Matcher elsewhere = ELSEWHERE.matcher(String.join("\n", ServerSettings.lines(file)));
            while (elsewhere.find()) {
                String key = elsewhere.group(1) == null ? elsewhere.group(2) : elsewhere.group(1);
                warnings.add(file + " sets " + key + ", which this check does not read: set it in relay.properties");
            }
        }
        for (String name : List.of("variables", "configDropins")) {
            Path directory = server.resolve(name);
            if (Files.isDirectory(directory)) {
                warnings.add(
                        directory + " may set keys too, which this check does not read: set them in relay.properties");
            }
        }
    }
}
