package backhaul.agent;

import backhaul.pki.TlsFailure;
import backhaul.transport.DurationText;
import java.io.IOException;
import java.time.Duration;

/** The collector takes no messages now; the message is a sentence without a full stop that names it. */
final class CollectorAwayException extends IOException {
    CollectorAwayException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /** A wait for the collector ends with the agent. */
    static CollectorAwayException stopping() {
        return new CollectorAwayException("the agent is stopping", null);
    }

    /** {@code sign} shows it, and has done so for {@code limit}. */
    static CollectorAwayException notReading(Object collector, String sign, Duration limit) {
        return new CollectorAwayException(
                "the collector " + collector + " does not read: " + sign + " for " + DurationText.show(limit), null);
    }

    /** One of its addresses cannot be reached. */
    static CollectorAwayException unreachable(Object collector, IOException failure) {
        return new CollectorAwayException(
                TlsFailure.explain(failure, TlsFailure.Side.AGENT, "the collector " + collector), failure);
    }

    /** {@code trouble} follows its name in the sentence. */
    static CollectorAwayException because(Object collector, String trouble, IOException failure) {
        return new CollectorAwayException("the collector " + collector + " " + trouble, failure);
    }
}
