package backhaul.agent;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A configuration file in the format of {@link Properties}, UTF-8, that knows on which line each key is. */
final class PropertiesFile {
    /**
     * One key.
     *
     * @param place file and line, for errors
     */
    record Entry(Setting setting, String text, String place) {}

    private final Path directory;
    private final Map<Setting, Entry> entries = new EnumMap<>(Setting.class);

    private PropertiesFile(Path directory) {
        this.directory = directory;
    }

    /** Reads as much as can be read; each thing that cannot is added to {@code problems}. */
    static PropertiesFile read(Settings.Value config, List<String> problems) {
        Path path;
        try {
            path = Path.of(config.text()).toAbsolutePath();
        } catch (InvalidPathException e) {
            problems.add(config.origin() + " is not a file name: " + config.text());
            return new PropertiesFile(null);
        }
        PropertiesFile file = new PropertiesFile(path.getParent());
        try {
            file.parse(config.text(), Files.readAllLines(path), problems);
        } catch (NoSuchFileException e) {
            problems.add(config.origin() + " names a file that does not exist: " + config.text());
        } catch (CharacterCodingException e) {
            problems.add(config.origin() + " names a file that is not text in UTF-8: " + config.text());
        } catch (IOException e) {
            problems.add(config.origin() + " names a file that cannot be read: " + config.text()
                    + " (is it a file, and may this user read it?)");
        }
        return file;
    }

    /** Relative paths in the file start from here. */
    Path directory() {
        return directory;
    }

    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    private void parse(String name, List<String> lines, List<String> problems) {
        for (int i = 0; i < lines.size(); i++) {
            String place = name + " line " + (i + 1);
            StringBuilder logical = new StringBuilder(lines.get(i));
            if (i == 0 && logical.indexOf("\uFEFF") == 0) {
                logical.deleteCharAt(0); // the mark that some editors put before UTF-8
            }
            while (isContinued(logical) && !isComment(logical) && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            // Properties itself reads each logical line, so that escapes and separators are its own.
            Properties one = new Properties();
            try {
                one.load(new StringReader(logical.toString()));
            } catch (IOException | IllegalArgumentException e) {
                problems.add(place + " cannot be read: " + e.getMessage()
                        + " (a backslash is written twice in this file, or as a slash in a path)");
            }
            for (String key : one.stringPropertyNames()) {
                add(key, one.getProperty(key), place, problems);
            }
        }
    }

    private void add(String key, String text, String place, List<String> problems) {
        Setting setting = Setting.inFile(key);
        if (setting == null) {
            problems.add(place + ": there is no key " + key + "; the nearest is "
                    + Setting.nearest(key).key());
        } else if (entries.containsKey(setting)) {
            problems.add(place + ": " + key + " was already set in "
                    + entries.get(setting).place() + "; give it once"
                    + (setting.repeatable() ? ", several values divided by commas" : ""));
        } else {
            entries.put(setting, new Entry(setting, text, place));
        }
    }

    private static boolean isContinued(StringBuilder line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static boolean isComment(StringBuilder line) {
        String stripped = line.toString().stripLeading();
        return stripped.startsWith("#") || stripped.startsWith("!");
    }
}
