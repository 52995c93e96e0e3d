package backhaul.agent;

import java.io.IOException;

/** A connection has to be closed for a known reason; the message is the sentence to print, without a full stop. */
final class ConnectionEnd extends IOException {
    ConnectionEnd(String sentence) {
        super(sentence);
    }

    ConnectionEnd(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
