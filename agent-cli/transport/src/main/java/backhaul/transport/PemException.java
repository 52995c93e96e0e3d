package backhaul.transport;

import java.io.IOException;

/** A PEM file cannot be used. The message is a sentence for an administrator that names the file and the way out. */
public final class PemException extends IOException {
    public PemException(String message) {
        super(message);
    }

    public PemException(String message, Throwable cause) {
        super(message, cause);
    }
}
