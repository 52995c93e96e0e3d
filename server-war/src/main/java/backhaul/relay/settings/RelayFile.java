package backhaul.relay.settings;

import backhaul.transport.PropertiesFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads {@code relay.properties} in the server's directory, the administrator's file: text in UTF-8, optional. */
final class RelayFile {
    private static final String NAME = "relay.properties";

    private RelayFile() {}

    /**
     * Reads as much as possible.
     *
     * @param server the directory with server.xml
     * @param problems gets the parts that cannot be read, and the keys that are there twice
     */
    static SettingsPlace read(Path server, List<String> problems) {
        Path named = server.resolve(NAME);
        if (!Files.exists(named, LinkOption.NOFOLLOW_LINKS)) {
            return new SettingsPlace(SettingsPlace.Kind.OURS, Map.of());
        }
        PropertiesFile file = PropertiesFile.read(named.toString(), real(named), StandardCharsets.UTF_8);
        problems.addAll(file.problems());
        return new SettingsPlace(SettingsPlace.Kind.OURS, byKey(file, key -> true, problems));
    }

    /**
     * The entries of a file; of several with the same key, the last one counts.
     *
     * @param once the keys that must not be there twice
     */
    static Map<String, PropertiesFile.Entry> byKey(PropertiesFile file, Predicate<String> once, List<String> problems) {
        Map<String, PropertiesFile.Entry> entries = new LinkedHashMap<>();
        for (PropertiesFile.Entry entry : file.entries()) {
            PropertiesFile.Entry before = entries.put(entry.key(), entry);
            if (before != null && once.test(entry.key())) {
                problems.add(entry.place() + ": " + entry.key() + " was already set in " + before.place()
                        + "; the last one counts, give it once");
            }
        }
        return entries;
    }

    /** A package may have put the file that you edit elsewhere, with a link to it. */
    static Path real(Path path) {
        try {
            return Files.exists(path) || !Files.isSymbolicLink(path)
                    ? path.toRealPath()
                    : path.resolveSibling(Files.readSymbolicLink(path));
        } catch (IOException e) {
            return path; // reported when it is read
        }
    }
}
