package backhaul.relay;

import backhaul.transport.PropertiesFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings as MicroProfile Config gives them to the relay, found without a server: bootstrap.properties with what it
 * includes, then the environment with {@code server.env}. (Ordinals 400 and 300; variables of server.xml come before
 * both, and are pointed out.)
 */
final class ServerSettings {
    static final String HTTP_PORT = "http.port";

    private static final String INCLUDE = "bootstrap.include";

    static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^:}]+)(?::([^}]*))?}");
    private static final Pattern HTTP_DEFAULT =
            Pattern.compile("<variable\\s+name=\"http\\.port\"\\s+defaultValue=\"(\\d+)\"");

    private final Set<String> known = RelayConfig.keys();
    private final Map<String, PropertiesFile.Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Set<String> origins = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<Path> files = new LinkedHashSet<>();
    private String httpPort = "9080";

    private ServerSettings() {
        known.add(HTTP_PORT);
    }

    /**
     * Reads as much as can be read.
     *
     * @param server the directory with server.xml
     */
    static ServerSettings read(Path server, Map<String, String> environment) {
        ServerSettings settings = new ServerSettings();
        settings.environment.putAll(environment);
        settings.readFile("the server", server.resolve("bootstrap.properties"));
        settings.readEnvironment(server.resolve("server.env"));
        settings.readDefault(server.resolve("server.xml"));
        return settings;
    }

    /** The value as the relay gets it. */
    Optional<String> text(String key) {
        return Optional.ofNullable(raw(key)).map(raw -> expand(key, raw));
    }

    /** Empty if it is no port. */
    OptionalInt httpPort() {
        String port = text(HTTP_PORT)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElse(httpPort);
        int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : 0;
        if (number >= 1 && number <= 65_535) {
            return OptionalInt.of(number);
        }
        problem(HTTP_PORT + " must be a whole number 1..65535, was " + port + place(HTTP_PORT));
        return OptionalInt.empty();
    }

    /** Where it is set, in brackets behind a sentence about it; nothing if it is not. */
    String place(String key) {
        if (entries.containsKey(key)) {
            return " (" + entries.get(key).place() + ")";
        }
        return variable(key).map(name -> " (" + name + " in the environment)").orElse("");
    }

    /** Files and variables that something is set in. */
    String origins() {
        known.stream()
                .filter(key -> !entries.containsKey(key))
                .forEach(key -> variable(key).ifPresent(origins::add));
        return String.join(", ", origins);
    }

    /** What keeps a key from being what was meant; each a sentence. */
    List<String> problems() {
        return problems;
    }

    /** Every key that there is. */
    Set<String> known() {
        return known;
    }

    Map<String, PropertiesFile.Entry> entries() {
        return entries;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Once, however often it is asked for. */
    private void problem(String sentence) {
        if (!problems.contains(sentence)) {
            problems.add(sentence);
        }
    }

    private String raw(String key) {
        return entries.containsKey(key)
                ? entries.get(key).text()
                : variable(key).map(environment::get).orElse(null);
    }

    /** The forms of a key in the environment (MicroProfile Config, "Environment Variables Mapping Rules"). */
    private Optional<String> variable(String key) {
        String plain = key.replaceAll("[^A-Za-z0-9]", "_");
        return Stream.of(key, plain, plain.toUpperCase(Locale.ROOT))
                .filter(environment::containsKey)
                .findFirst();
    }

    private String expand(String key, String raw) {
        Matcher expression = EXPRESSION.matcher(raw);
        StringBuilder text = new StringBuilder();
        while (expression.find()) {
            String value = raw(expression.group(1));
            value = value == null ? expression.group(2) : value;
            if (value == null) {
                problem(key + " has " + expression.group() + ", which is not set" + place(key));
                return null;
            }
            expression.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return expression.appendTail(text).toString();
    }

    /** What was set first counts, of bootstrap.properties and then of the files that it includes. */
    private void readFile(String origin, Path named) {
        Path path = real(named);
        if (!files.add(path)) {
            problems.add(path + " is included more than once: include it once");
            return;
        }
        PropertiesFile file = PropertiesFile.read(origin, path, StandardCharsets.ISO_8859_1);
        problems.addAll(file.problems());
        Map<String, PropertiesFile.Entry> own = new LinkedHashMap<>();
        for (PropertiesFile.Entry entry : file.entries()) {
            PropertiesFile.Entry before = own.put(entry.key(), entry);
            if (before != null) {
                problems.add(entry.place() + ": " + entry.key() + " was already set in " + before.place()
                        + "; the last one counts, give it once");
            }
        }
        checkLetters(path);
        own.forEach(entries::putIfAbsent);
        if (own.keySet().stream().anyMatch(known::contains) || !own.containsKey(INCLUDE)) {
            origins.add(path.toString());
        }
        if (own.containsKey(INCLUDE)) {
            for (String name : own.get(INCLUDE).text().strip().split("\\s*,\\s*")) {
                readFile(path.toString(), named.resolveSibling(name));
            }
        }
    }

    /** The file is read as ISO 8859-1; whoever writes another letter than those of ASCII has most likely UTF-8 in mind. */
    private void checkLetters(Path path) {
        List<String> lines = lines(path);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.startsWith("#") && !line.startsWith("!") && line.chars().anyMatch(c -> c > 0x7e)) {
                problems.add(path + " line " + (i + 1) + " has a letter that is not ASCII and would be read as another:"
                        + " write it by its number, \\u00fc for an u with two dots");
            }
        }
    }

    /** A package may have put the file that is meant to be edited elsewhere, with a link to it. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path; // said when it is read
        }
    }

    /** {@code NAME=value}; the server's script lets it win over the environment that it was called with. */
    private void readEnvironment(Path file) {
        for (String line : lines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
    }

    private void readDefault(Path serverXml) {
        Matcher byDefault = HTTP_DEFAULT.matcher(String.join("\n", lines(serverXml)));
        if (byDefault.find()) {
            httpPort = byDefault.group(1);
        }
    }

    /** None if there is no such file, or it cannot be read. */
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
