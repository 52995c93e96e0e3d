package backhaul.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Makes syslog messages (RFC 5424) of the relay's or the agent's own for the reader of the log: facility syslog. */
public final class OwnMessage {
    /** Severities of RFC 5424 section 6.2.1: something may be missing, or nothing is. */
    public enum Severity {
        WARNING(4),
        NOTICE(5);

        private final int code;

        Severity(int code) {
            this.code = code;
        }
    }

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String HOST = host();
    private static final int FACILITY = 5;

    /** The length that every syslog receiver accepts, RFC 5424 section 6.1, minus the header. */
    private static final int MAX_TEXT = 1800;

    private static final int LEAST_HEADER = "<44>1 - - p - - -".length();
    private static final int MAX_HEADER = 400; // bytes up to the program's name, RFC 5424 section 6

    private OwnMessage() {}

    /** The message, without a line end; {@code id} is its MSGID, in capitals. */
    public static byte[] of(String program, Severity severity, String id, String text) {
        return ("<" + (FACILITY * 8 + severity.code) + ">1 " + TIME.format(Instant.now()) + " " + HOST
                        + " " + program + " " + ProcessHandle.current().pid() + " " + id + " - "
                        + Printable.of(text, MAX_TEXT))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Does it look like one that {@link #of} made for that program? Of any other, only the beginning is read. */
    public static boolean isFrom(String program, byte[] octets, int offset, int length) {
        if (length < LEAST_HEADER
                || octets[offset] != '<'
                || octets[offset + 1] != '4'
                || octets[offset + 3] != '>'
                || octets[offset + 4] != '1') {
            return false;
        }
        String header = new String(octets, offset, Math.min(length, MAX_HEADER), StandardCharsets.ISO_8859_1);
        String[] parts = header.split(" ", 5);
        return parts.length == 5 && parts[0].matches("<4[0-7]>1") && parts[3].equals(program);
    }

    /** {@code 1 message}, {@code 128 messages}. */
    public static String messages(long count) {
        return count == 1 ? "1 message" : count + " messages";
    }

    private static String host() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.matches("[!-~]{1,255}") ? name : "-";
        } catch (IOException e) {
            return "-";
        }
    }
}
