package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the settings without a server, as one would have them, in the order of MicroProfile Config on Liberty: variables of
 * server.xml, system properties, the environment with {@code server.env}, and then relay.properties.
 */
public final class ServerSettings {
    private static final String INCLUDE = "bootstrap.include";

    private static final Pattern REMARK = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern VARIABLE = Pattern.compile("<variable\\s([^>]*)>");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\b(name|value|defaultValue)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)')");
    private static final Pattern OPTION = Pattern.compile("\\s*-D([^=\\s]+)=(.*)");

    /** The server's script ignores every other line. */
    private static final Pattern ASSIGNMENT = Pattern.compile("([_\\p{Alpha}][_\\p{Alnum}]*)=(.*)");

    private static final Pattern OURS = Pattern.compile(".*\\b(RELAY_[A-Z_]+|HTTP_PORT)\\s*=.*");
    private static final Pattern EXPANSION = Pattern.compile("(?i)#\\s*enable_variable_expansion\\s*");

    private final Path server;
    private final List<String> problems = new ArrayList<>();

    private ServerSettings(Path server) {
        this.server = server;
    }

    /**
     * Reads as much as possible.
     *
     * @param server the directory with server.xml
     */
    public static RelaySettings read(Path server, Map<String, String> environment) {
        ServerSettings files = new ServerSettings(server);
        Map<String, String> variables = new LinkedHashMap<>();
        Map<String, String> defaults = new LinkedHashMap<>();
        for (Path file : files.configuration()) {
            readVariables(file, variables, defaults);
        }
        List<SettingsPlace> places = new ArrayList<>();
        places.add(files.inFiles());
        places.add(SettingsPlace.of(SettingsPlace.Kind.SHARED, "a variable of server.xml", variables));
        places.add(files.options(environment));
        places.add(readBootstrap(server, files.problems));
        places.add(SettingsPlace.environment(files.environment(environment)));
        places.add(RelayFile.read(server, files.problems));
        places.add(SettingsPlace.of(SettingsPlace.Kind.DEFAULTS, "the defaults of server.xml", defaults));
        return new RelaySettings(places, files.problems);
    }

    /** No lines if the file does not exist or cannot be read. */
    public static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Later ones count; files that an administrator's own include adds are not read here. */
    private List<Path> configuration() {
        List<Path> files = new ArrayList<>(in("configDropins/defaults", "*.xml"));
        files.add(server.resolve("server.xml"));
        files.add(server.resolve("application.xml"));
        files.addAll(in("configDropins/overrides", "*.xml"));
        return files;
    }

    private Set<Path> in(String directory, String glob) {
        Set<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(server.resolve(directory), glob)) {
            stream.forEach(files::add);
        } catch (IOException e) {
            // There is no such directory.
        }
        return files;
    }

    private static void readVariables(Path file, Map<String, String> values, Map<String, String> defaults) {
        String xml = REMARK.matcher(String.join("\n", lines(file))).replaceAll("");
        Matcher variable = VARIABLE.matcher(xml);
        while (variable.find()) {
            Map<String, String> attributes = new HashMap<>();
            Matcher attribute = ATTRIBUTE.matcher(variable.group(1));
            while (attribute.find()) {
                attributes.put(
                        attribute.group(1), attribute.group(2) == null ? attribute.group(3) : attribute.group(2));
            }
            String name = attributes.getOrDefault("name", "");
            if (attributes.containsKey("value")) {
                values.put(name, attributes.get("value"));
            }
            if (attributes.containsKey("defaultValue")) {
                defaults.put(name, attributes.get("defaultValue"));
            }
        }
    }

    /** A file for each variable, or properties files; they come before the variables of server.xml. */
    private SettingsPlace inFiles() {
        Map<String, PropertiesFile.Entry> entries = new LinkedHashMap<>();
        for (Path file : in("variables", "*")) {
            String name = file.getFileName().toString();
            if (name.endsWith(".properties")) {
                PropertiesFile.read(file.toString(), file, StandardCharsets.ISO_8859_1)
                        .entries()
                        .forEach(entry -> entries.put(entry.key(), entry));
            } else if (Files.isRegularFile(file)) {
                entries.put(
                        name,
                        new PropertiesFile.Entry(
                                name, String.join("\n", lines(file)).strip(), file.toString()));
            }
        }
        return new SettingsPlace(SettingsPlace.Kind.SHARED, entries);
    }

    private SettingsPlace options(Map<String, String> environment) {
        Map<String, PropertiesFile.Entry> entries = new LinkedHashMap<>();
        for (Path file : optionFiles(server)) {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                option(lines.get(i), file + " line " + (i + 1), entries);
            }
        }
        for (String option : environment.getOrDefault("JVM_ARGS", "").split("\\s+")) {
            option(option, "JVM_ARGS", entries);
        }
        return new SettingsPlace(SettingsPlace.Kind.SHARED, entries);
    }

    /** In this order; later ones count. */
    public static List<Path> optionFiles(Path server) {
        return List.of(
                server.resolve("../../shared/jvm.options"),
                server.resolve("configDropins/defaults/jvm.options"),
                server.resolve("jvm.options"),
                server.resolve("configDropins/overrides/jvm.options"));
    }

    private static void option(String option, String place, Map<String, PropertiesFile.Entry> entries) {
        Matcher property = OPTION.matcher(option);
        if (property.matches()) {
            entries.put(property.group(1), new PropertiesFile.Entry(property.group(1), property.group(2), place));
        }
    }

    /**
     * bootstrap.properties with the files that it includes; the first value of a key counts. Duplicate keys are a problem
     * here only if they are the relay's.
     */
    static SettingsPlace readBootstrap(Path server, List<String> problems) {
        Map<String, PropertiesFile.Entry> entries = new LinkedHashMap<>();
        Path file = server.resolve("bootstrap.properties");
        if (Files.exists(file)) {
            readProperties("the server", file, entries, new LinkedHashSet<>(), problems);
        }
        return new SettingsPlace(SettingsPlace.Kind.SHARED, entries);
    }

    private static void readProperties(
            String origin,
            Path named,
            Map<String, PropertiesFile.Entry> entries,
            Set<Path> files,
            List<String> problems) {
        Path path = RelayFile.real(named);
        if (!files.add(path)) {
            problems.add(path + " is included more than once: include it once");
            return;
        }
        PropertiesFile file = PropertiesFile.read(origin, path, StandardCharsets.ISO_8859_1);
        problems.addAll(file.problems());
        Map<String, PropertiesFile.Entry> own =
                RelayFile.byKey(file, key -> RelaySettings.known().contains(key), problems);
        own.forEach(entries::putIfAbsent);
        if (own.containsKey(INCLUDE)) {
            for (String name : own.get(INCLUDE).text().strip().split("\\s*,\\s*")) {
                readProperties(path.toString(), named.resolveSibling(name), entries, files, problems);
            }
        }
    }

    /** The environment with the additions of the server's script: server.env wins over the one it was called with. */
    private Map<String, String> environment(Map<String, String> called) {
        Map<String, String> environment = new LinkedHashMap<>(called);
        readEnvironment(server.resolve("../../shared/server.env").normalize(), environment);
        readEnvironment(server.resolve("server.env"), environment);
        return environment;
    }

    /** {@code NAME=value}, as written, including quotes. */
    private void readEnvironment(Path file, Map<String, String> environment) {
        List<String> lines = lines(file);
        boolean expanded =
                lines.stream().anyMatch(line -> EXPANSION.matcher(line).matches());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher assignment = ASSIGNMENT.matcher(line);
            boolean ours = !line.startsWith("#") && OURS.matcher(line).matches();
            if (assignment.matches()) {
                environment.put(assignment.group(1), assignment.group(2));
            }
            if (ours && expanded) {
                problems.add(file + " line " + (i + 1) + ": with enable_variable_expansion, its value is not known"
                        + " before the start: set it in relay.properties");
            } else if (ours && !assignment.matches()) {
                problems.add(file + " line " + (i + 1)
                        + " is ignored by Liberty: begin the line with the name of the variable," + " followed by =");
            }
        }
    }
}
