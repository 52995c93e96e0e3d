package backhaul.agent;

import java.io.IOException;

/** A connection has to end for a reason that is known; the message is the sentence to print, without a full stop. */
final class ConnectionEnd extends IOException {
    ConnectionEnd(String sentence) {
        super(sentence);
    }

    ConnectionEnd(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
