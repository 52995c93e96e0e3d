package backhaul.agent;

import backhaul.transport.PropertiesFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values that were set, and where: flags before environment before properties file before defaults. Not yet
 * validated.
 */
final class Settings {
    /**
     * One value.
     *
     * @param text never blank
     * @param origin names the place in an error, for example {@code BACKHAUL_RELAY}
     * @param base directory that a relative path starts from; null is the working directory
     */
    record Value(String text, String origin, Path base) {}

    private static final String DEFAULT = "default";

    private final Map<Setting, Value> values = new EnumMap<>(Setting.class);

    /**
     * Gathers the values; those that cannot be read are added to {@code problems}.
     *
     * @param flags each flag's values in order
     */
    static Settings gather(Map<Setting, List<String>> flags, Map<String, String> environment, List<String> problems) {
        Settings settings = new Settings();
        for (Setting setting : Setting.values()) {
            if (flags.containsKey(setting)) {
                settings.put(setting, String.join(",", flags.get(setting)), setting.flag(), null, problems);
            } else if (!environment.getOrDefault(setting.variable(), "").isBlank()) {
                // An empty variable counts as none: shells and unit files unset one like this.
                settings.put(setting, environment.get(setting.variable()), setting.variable(), null, problems);
            }
        }
        for (String name : new TreeSet<>(environment.keySet())) {
            String meant = Setting.misspelt(name);
            if (meant != null) {
                problems.add("the environment has " + name + ", which is not a setting of the agent: the nearest is "
                        + meant);
            }
        }
        Value config = settings.values.get(Setting.CONFIG);
        if (config != null) {
            settings.addFile(config, problems);
        }
        for (Setting setting : Setting.values()) {
            settings.putDefault(setting);
        }
        return settings;
    }

    /** Replaces a value of that setting by the default unless its flag set it. */
    void onlyFrom(Map<Setting, List<String>> flags, Setting setting) {
        if (!flags.containsKey(setting)) {
            values.remove(setting);
            putDefault(setting);
        }
    }

    private void putDefault(Setting setting) {
        if (setting.defaultValue() != null) {
            values.putIfAbsent(setting, new Value(setting.defaultValue(), DEFAULT, null));
        }
    }

    /** The value, or null. */
    Value get(Setting setting) {
        return values.get(setting);
    }

    /** The places that all values except defaults come from: files, environment variables, flags. */
    String origins() {
        Set<String> origins = new LinkedHashSet<>();
        for (Map.Entry<Setting, Value> entry : values.entrySet()) {
            Value value = entry.getValue();
            if (value.base() == null && !value.origin().equals(DEFAULT)) {
                origins.add(entry.getKey() == Setting.CONFIG ? value.origin() + " " + value.text() : value.origin());
            }
        }
        return String.join(", ", origins);
    }

    private void addFile(Value config, List<String> problems) {
        Path path;
        try {
            path = FileName.parse(config.text(), null);
        } catch (IllegalArgumentException e) {
            problems.add(config.origin() + " " + e.getMessage());
            return;
        }
        PropertiesFile file = PropertiesFile.read(config.origin(), path, StandardCharsets.UTF_8);
        problems.addAll(file.problems());
        Map<Setting, String> places = new EnumMap<>(Setting.class);
        for (PropertiesFile.Entry entry : file.entries()) {
            Setting setting = Setting.inFile(entry.key());
            if (setting == null) {
                problems.add(entry.place() + ": there is no key " + entry.key() + "; the nearest is "
                        + Setting.nearest(entry.key()));
            } else if (places.containsKey(setting)) {
                problems.add(entry.place() + ": " + entry.key() + " was already set in " + places.get(setting)
                        + "; give it once" + (setting.repeatable() ? ", several values separated by commas" : ""));
            } else {
                places.put(setting, entry.place());
                if (!values.containsKey(setting)) {
                    String origin = entry.key() + " (" + entry.place() + ")";
                    put(setting, entry.text(), origin, path.toAbsolutePath().getParent(), problems);
                }
            }
        }
    }

    private void put(Setting setting, String text, String origin, Path base, List<String> problems) {
        if (text.isBlank()) {
            problems.add(origin + " has no value: give " + setting.label() + " or leave it out");
        } else {
            values.put(setting, new Value(text.strip(), origin, base));
        }
    }
}
