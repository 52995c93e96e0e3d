package backhaul.pki;

import java.io.IOException;
import java.nio.file.Path;

/** A PEM file cannot be used. The message is a sentence for an administrator that names the file and the fix. */
public final class PemException extends IOException {
    private final transient Path file;

    /** {@code what} continues the sentence after the file's name. */
    PemException(Path file, String what) {
        this(file, what, null);
    }

    PemException(Path file, String what, Throwable cause) {
        super(PemFile.name(file) + " " + what, cause);
        this.file = file;
    }

    /** The file as it was given, so that the setting that named it can be found. */
    public Path file() {
        return file;
    }
}
