package backhaul.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One control line of {@code syslog-relay/1}: a word in capitals and its arguments, separated by single spaces.
 *
 * @param word for example {@code HELLO}
 * @param arguments in order; the text of a {@code BYE} is split like any other
 */
public record ControlLine(String word, List<String> arguments) {

    public ControlLine {
        arguments = List.copyOf(arguments);
    }

    /** The line for these words; their meaning is not checked. */
    public static ControlLine of(String word, Object... arguments) {
        return new ControlLine(
                word, List.of(arguments).stream().map(String::valueOf).toList());
    }

    /**
     * Reads a line without its LF.
     *
     * @throws IllegalArgumentException if it is not printable ASCII beginning with a capital letter, or is longer than
     *     {@link Wire#MAX_CONTROL} with its LF
     */
    public static ControlLine parse(byte[] octets, int from, int length) {
        if (length < 1 || length >= Wire.MAX_CONTROL) {
            throw new IllegalArgumentException("a control line has 1.." + (Wire.MAX_CONTROL - 1)
                    + " octets before its LF, this one has " + length);
        }
        for (int i = from; i < from + length; i++) {
            if (octets[i] < ' ' || octets[i] > '~') {
                throw new IllegalArgumentException(
                        "a control line is printable ASCII, this one has octet " + (octets[i] & 0xff));
            }
        }
        if (octets[from] < 'A' || octets[from] > 'Z') {
            throw new IllegalArgumentException("a control line begins with a capital letter");
        }
        String[] words = new String(octets, from, length, StandardCharsets.US_ASCII).split(" ", -1);
        return new ControlLine(words[0], List.of(words).subList(1, words.length));
    }

    /** Argument {@code index}, or an empty string if the line is shorter. */
    public String argument(int index) {
        return index < arguments.size() ? arguments.get(index) : "";
    }

    /** The arguments from {@code index} on as one text. */
    public String text(int index) {
        return index < arguments.size() ? String.join(" ", arguments.subList(index, arguments.size())) : "";
    }

    /** The line as sent on the wire: anything but printable ASCII becomes {@code ?}, and a line that is too long is cut. */
    public byte[] octets() {
        String line = toString().replaceAll("[^ -~]", "?");
        return (line.substring(0, Math.min(line.length(), Wire.MAX_CONTROL - 1)) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return arguments.isEmpty() ? word : word + " " + String.join(" ", arguments);
    }
}
