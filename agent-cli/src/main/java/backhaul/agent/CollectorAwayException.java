package backhaul.agent;

import java.io.IOException;

/** The collector takes no messages at present; the message is a sentence without a full stop that names it. */
final class CollectorAwayException extends IOException {
    CollectorAwayException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
