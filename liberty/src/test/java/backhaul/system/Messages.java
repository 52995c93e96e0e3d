package backhaul.system;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Messages to send: RFC 5424 in the very form in which rsyslog would write them again. */
final class Messages {
    /** Bytes of a numbered message. */
    static final int LENGTH = 290;

    private Messages() {}

    /** Message {@code number} of a stream, {@link #LENGTH} bytes long. */
    static String numbered(String stream, int number) {
        String text = "<13>1 2026-11-23T10:15:00.000000Z www.example " + stream + " 42 - - message " + number + " ";
        return text + "x".repeat(LENGTH - text.length());
    }

    static List<String> numbered(String stream, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> numbered(stream, number))
                .toList();
    }

    static byte[] octets(String message) {
        return message.getBytes(StandardCharsets.UTF_8);
    }
}
