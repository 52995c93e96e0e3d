package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One place that settings come from.
 *
 * @param entries by the name that is written there
 */
record SettingsPlace(Kind kind, Map<String, PropertiesFile.Entry> entries) {
    enum Kind {
        /** relay.properties: only keys of the relay belong there, in exactly their spelling. */
        OURS,
        /** A place that has other things in it, too. */
        SHARED,
        /** The place that counts if no other does. */
        DEFAULTS
    }

    static final String ENVIRONMENT = "the environment";

    static SettingsPlace environment(Map<String, String> variables) {
        return of(Kind.SHARED, ENVIRONMENT, variables);
    }

    /** @param name as in a sentence: … in {@code name} */
    static SettingsPlace of(Kind kind, String name, Map<String, String> values) {
        Map<String, PropertiesFile.Entry> entries = new LinkedHashMap<>();
        values.forEach((key, text) -> entries.put(key, new PropertiesFile.Entry(key, text, name)));
        return new SettingsPlace(kind, entries);
    }

    /** Finds a key by the names that it can have there. An empty variable counts as none: shells unset one like that. */
    Optional<PropertiesFile.Entry> find(String key) {
        return (kind == Kind.OURS ? List.of(key) : forms(key))
                .stream()
                        .map(entries::get)
                        .filter(entry -> entry != null
                                && (entry.key().equals(key) || !entry.text().isBlank()))
                        .findFirst();
    }

    /** The names of a key (MicroProfile Config, "Environment Variables Mapping Rules"). */
    static List<String> forms(String key) {
        String plain = key.replaceAll("[^A-Za-z0-9]", "_");
        return List.of(key, plain, plain.toUpperCase(Locale.ROOT));
    }

    /** The place of a value: a file and a line, or a variable. */
    static String where(String key, PropertiesFile.Entry entry) {
        return entry.key().equals(key) ? entry.place() : entry.key() + " in " + entry.place();
    }
}
