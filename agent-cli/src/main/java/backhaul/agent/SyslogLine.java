package backhaul.agent;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message split into its parts, for a person to read: RFC 5424, RFC 3164, and similar formats. Anything unusual is
 * text; nothing is left out and nothing fails. A part that the message does not have is null, except for the text.
 *
 * @param priority facility and severity, or -1
 * @param time as the message has it
 * @param program APP-NAME or the name in the tag
 * @param pid PROCID
 * @param id MSGID
 * @param data structured data in its brackets
 */
record SyslogLine(
        int priority, String time, String host, String program, String pid, String id, String data, String text) {
    private static final int MAX_PRIORITY = 191;

    /** RFC 3164 section 4.3.3: a message without priority counts as user.notice. */
    private static final int NO_PRIORITY = 13;

    private static final String FRACTION = "(?:[.,]\\d{1,9})?";
    private static final String ISO =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d" + FRACTION + "(?:Z|[+-]\\d\\d:?\\d\\d)?";
    private static final Pattern PRIORITY = Pattern.compile("<(\\d{1,3})>");

    /** RFC 5424 section 6.2, from the version to the expected begin of the structured data. */
    private static final Pattern HEADER =
            Pattern.compile("1 (-|" + ISO + ") ([!-~]{1,255}) ([!-~]{1,255}) ([!-~]{1,255}) ([!-~]{1,255})(?: |$)");

    /** RFC 3164 section 4.1.2, also with a year, a fraction or a zone, or as RFC 3339 has it. */
    private static final Pattern TIME = Pattern.compile("[*.]?((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
            + "{1,2}\\d{1,2} (?:\\d{4} )?\\d\\d:\\d\\d:\\d\\d" + FRACTION + "|" + ISO + ")(?: [A-Z]{3,4}(?=:))?:? ");

    private static final Pattern HOST = Pattern.compile("([^\\s:\\[\\]]{1,255}|[0-9A-Fa-f:.]{2,45}) (?=.)");
    private static final Pattern TAG =
            Pattern.compile("([^\\s:\\[\\]]{1,128})(?:\\[([^\\s\\[\\]]{1,128})\\])?:(?: |$)");

    /** Never fails. */
    static SyslogLine parse(String message) {
        String line = withoutEnd(message);
        Matcher priority = PRIORITY.matcher(line);
        int code = -1;
        int begin = 0;
        if (priority.lookingAt() && Integer.parseInt(priority.group(1)) <= MAX_PRIORITY) {
            code = Integer.parseInt(priority.group(1));
            begin = priority.end();
        }
        Matcher header = HEADER.matcher(line).region(begin, line.length());
        return code >= 0 && header.lookingAt() ? structured(code, header, line) : plain(code, line, begin);
    }

    Severity severity() {
        return Severity.ofPriority(priority < 0 ? NO_PRIORITY : priority);
    }

    private static SyslogLine structured(int code, Matcher header, String line) {
        int end = endOfData(line, header.end());
        String data = line.substring(header.end(), end);
        String text = line.substring(end < line.length() && line.charAt(end) == ' ' ? end + 1 : end);
        return new SyslogLine(
                code,
                orNull(header.group(1)),
                orNull(header.group(2)),
                orNull(header.group(3)),
                orNull(header.group(4)),
                orNull(header.group(5)),
                data.isEmpty() ? null : orNull(data),
                text.startsWith("\ufeff") ? text.substring(1) : text);
    }

    private static SyslogLine plain(int code, String line, int begin) {
        int at = begin;
        String time = null;
        String host = null;
        Matcher match = TIME.matcher(line).region(at, line.length());
        if (match.lookingAt()) {
            time = match.group(1);
            at = match.end();
            // Without a host, as programs write to /dev/log, the tag comes first.
            if (!match.usePattern(TAG).region(at, line.length()).lookingAt()
                    && match.usePattern(HOST).region(at, line.length()).lookingAt()) {
                host = match.group(1);
                at = match.end();
            }
        } else if (code < 0) {
            return new SyslogLine(code, null, null, null, null, null, null, line);
        }
        boolean tagged = match.usePattern(TAG).region(at, line.length()).lookingAt();
        String program = tagged ? match.group(1) : null;
        String pid = tagged ? match.group(2) : null;
        return new SyslogLine(code, time, host, program, pid, null, null, line.substring(tagged ? match.end() : at));
    }

    /** One past the structured data that begins here; some senders leave it out. */
    private static int endOfData(String line, int begin) {
        int at = begin;
        if (line.startsWith("-", at)) {
            at++;
        } else {
            while (at >= 0 && line.startsWith("[", at)) {
                at = endOfElement(line, at);
            }
        }
        return at == line.length() || at >= 0 && line.charAt(at) == ' ' ? at : begin;
    }

    /** One past the {@code ]}; -1 if there is none. */
    private static int endOfElement(String line, int begin) {
        boolean quoted = false;
        for (int at = begin + 1; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                at++;
            } else if (!quoted && c == ']') {
                return at + 1;
            }
        }
        return -1;
    }

    /** Without the line end or the NUL that some senders append. */
    private static String withoutEnd(String message) {
        int end = message.length();
        while (end > 0 && "\r\n\0".indexOf(message.charAt(end - 1)) >= 0) {
            end--;
        }
        return message.substring(0, end);
    }

    private static String orNull(String part) {
        return part.equals("-") ? null : part;
    }
}
