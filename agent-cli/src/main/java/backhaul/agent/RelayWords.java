package backhaul.agent;

import backhaul.pki.Certificates;
import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.net.ProtocolException;
import java.security.cert.X509Certificate;

/** Explains a relay's control lines in words for a person. */
final class RelayWords {
    private RelayWords() {}

    /** A number of the contract, which has 1 to 18 digits; -1 for anything else. */
    static long number(String argument) {
        return argument.matches("[0-9]{1,18}") ? Long.parseLong(argument) : -1;
    }

    /**
     * The number of messages that no longer exist.
     *
     * @param next the number of the first of them
     */
    static long lost(ControlLine line, long next) throws ProtocolException {
        long count = number(line.argument(0));
        if (count < 0) {
            throw new ProtocolException("the relay sent " + Wire.LOST + " without a number: " + line);
        }
        if (count > Wire.MAX_NUMBER - next) {
            throw new ProtocolException("the relay sent " + Wire.LOST + " from number " + next
                    + " on that goes beyond the largest one, " + Wire.MAX_NUMBER + ": " + line);
        }
        return count;
    }

    /** Is the reason that this agent is not on the relay's list of those that may connect? */
    static boolean notAllowed(ControlLine bye) {
        return bye.argument(0).equals("refused") && bye.text(1).matches(".*(relay\\.tls\\.allow|sha256:).*");
    }

    /** A line for that list, ready to paste. */
    static String allowing(X509Certificate own) {
        return "sha256:" + Certificates.fingerprint(own);
    }

    /** The reason why the relay closes the connection. */
    static String bye(ControlLine line) {
        String text = line.text(1).isBlank() ? "" : ": " + line.text(1);
        return switch (line.argument(0)) {
            case "refused" -> "the relay refuses this agent" + text;
            case "superseded" -> "this agent connected to the relay once more" + text;
            case "revoked" -> "the relay regards this agent's certificate as revoked" + text;
            case "expired" -> "this agent's certificate has expired" + text;
            case "shutdown" -> "the relay is stopping" + text;
            default -> "the relay said goodbye: " + line.text(0);
        };
    }
}
