package backhaul.transport;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Reads a configuration file in the format of {@link Properties}, with the line number of each key. */
public final class PropertiesFile {
    /**
     * One key.
     *
     * @param place file and line, for errors
     */
    public record Entry(String key, String text, String place) {}

    private final String name;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private PropertiesFile(String name) {
        this.name = name;
    }

    /**
     * Reads as much as possible; the rest is kept as {@link #problems}.
     *
     * @param origin the subject of sentences about the file: the setting or file that names it
     */
    public static PropertiesFile read(String origin, Path path, Charset charset) {
        PropertiesFile file = new PropertiesFile(path.toString());
        try {
            file.parse(Files.readAllLines(path, charset));
        } catch (NoSuchFileException e) {
            file.problems.add(origin + " names a file that does not exist: " + path);
        } catch (CharacterCodingException e) {
            file.problems.add(origin + " names a file that is not text in " + charset.name() + ": " + path);
        } catch (IOException e) {
            file.problems.add(origin + " names a file that cannot be read: " + path
                    + " (is it a file, and does this user have permission to read it?)");
        }
        return file;
    }

    /** In the order of the file; a key can occur more than once. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Each is a sentence: no such file, a line that cannot be read. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    private void parse(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            String place = name + " line " + (i + 1);
            StringBuilder logical = new StringBuilder(lines.get(i));
            if (i == 0 && logical.indexOf("\uFEFF") == 0) {
                logical.deleteCharAt(0); // the byte order mark that some editors put before UTF-8
            }
            while (isContinued(logical) && !isComment(logical) && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            // Properties itself reads each logical line, so it handles escapes and separators.
            Properties one = new Properties();
            try {
                one.load(new StringReader(logical.toString()));
            } catch (IOException | IllegalArgumentException e) {
                problems.add(place + " cannot be read: " + e.getMessage()
                        + " (a backslash is written twice in this file, or as a slash in a path)");
            }
            for (String key : one.stringPropertyNames()) {
                entries.add(new Entry(key, one.getProperty(key), place));
            }
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
