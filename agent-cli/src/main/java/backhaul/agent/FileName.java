package backhaul.agent;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads paths as they are written in options. */
final class FileName {
    private FileName() {}

    /**
     * Reads one.
     *
     * @param base the directory that a relative one starts from; null is the working directory
     * @throws IllegalArgumentException whose message continues a sentence that begins with the option's name
     */
    static Path parse(String text, Path base) {
        try {
            return base == null ? Path.of(text) : base.resolve(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    text.indexOf('\0') >= 0
                            ? "must be the name of a file, and no file has a NUL in its name, was " + text
                            : "has a character that file names cannot have in this process's language: set LC_ALL=C.UTF-8"
                                    + " in its environment, was " + text,
                    e);
        }
    }
}
