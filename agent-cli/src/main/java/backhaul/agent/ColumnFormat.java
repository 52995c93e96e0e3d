package backhaul.agent;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Formats for a person: time, host and severity in columns, then program and text. Times with a zone are shown in this
 * machine's; the host's column grows with the names. No part of a message can control the terminal.
 */
final class ColumnFormat implements LineFormat {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);
    private static final int TIME_WIDTH = 15; // Nov 23 19:47:44
    private static final int MOST_HOST_WIDTH = 24;
    private static final int SEVERITY_WIDTH = 7; // warning

    // SGR codes, ECMA-48 section 8.3.117.
    private static final String FAINT = "2";
    private static final String BOLD = "1";
    private static final String CYAN = "36";

    private final boolean coloured;
    private final ZoneId zone;
    private volatile int hostWidth; // written by any relay's loop; a race costs a space

    ColumnFormat(boolean coloured, ZoneId zone) {
        this.coloured = coloured;
        this.zone = zone;
    }

    @Override
    public void append(SyslogLine line, StringBuilder out) {
        String host = line.host() == null ? "-" : MessageText.printable(line.host());
        hostWidth = Math.max(hostWidth, Math.min(MOST_HOST_WIDTH, host.length()));
        append(out, time(line.time()), FAINT, TIME_WIDTH);
        append(out, host, CYAN, hostWidth);
        String severity = line.priority() < 0 ? "-" : line.severity().toString();
        String colour = colour(line.severity());
        append(out, severity, colour, SEVERITY_WIDTH);
        if (line.program() != null) {
            String pid = line.pid() == null ? "" : "[" + line.pid() + "]";
            append(out, MessageText.printable(line.program() + pid) + ":", BOLD, 0);
        }
        // A message with nothing but structured data shows that.
        String text = line.text().isEmpty() && line.data() != null ? line.data() : line.text();
        paint(out, MessageText.printable(text), colour);
    }

    private void append(StringBuilder out, String text, String colour, int width) {
        paint(out, text, colour);
        out.append(" ".repeat(Math.max(0, width - text.length()) + 1));
    }

    private void paint(StringBuilder out, String text, String colour) {
        if (coloured && colour != null && !text.isEmpty()) {
            out.append("\u001b[").append(colour).append('m').append(text).append("\u001b[0m");
        } else {
            out.append(text);
        }
    }

    private String time(String time) {
        if (time == null) {
            return "-";
        }
        try {
            return TIME.format(OffsetDateTime.parse(time.replace(',', '.')).atZoneSameInstant(zone));
        } catch (DateTimeException e) {
            return MessageText.printable(time);
        }
    }

    /** Null for none. */
    private static String colour(Severity severity) {
        return switch (severity) {
            case EMERG, ALERT, CRIT -> "1;31"; // bold red
            case ERR -> "31"; // red
            case WARNING -> "33"; // yellow
            case NOTICE -> BOLD;
            case INFO -> null;
            case DEBUG -> FAINT;
        };
    }
}
