package backhaul.agent;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * Writes one line for each event to standard error: time, level, text. Under systemd the journal has the time already,
 * and takes the level as a prefix (sd-daemon(3)). Any thread.
 */
final class ConsoleLog implements Logger {
    private static final boolean JOURNAL = isJournal(System.getenv("JOURNAL_STREAM"));

    private static volatile boolean silent; // set once

    private final String name;

    ConsoleLog(String name) {
        this.name = name;
    }

    /** Nothing more is logged: the command ends, and whoever has ended it knows. */
    static void silence() {
        silent = true;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return level.getSeverity() >= Level.INFO.getSeverity() && level != Level.OFF && !silent;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
        if (isLoggable(level)) {
            StringWriter trace = new StringWriter();
            if (thrown != null) {
                thrown.printStackTrace(new PrintWriter(trace));
            }
            String line = line(Instant.now(), level, text, JOURNAL);
            System.err.print(line + System.lineSeparator() + trace);
            System.err.flush();
        }
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
        if (isLoggable(level)) {
            boolean plain = parameters == null || parameters.length == 0;
            log(level, bundle, plain ? format : new MessageFormat(format, Locale.ROOT).format(parameters), (Throwable)
                    null);
        }
    }

    /**
     * The line without its end. The text may contain data from a peer: its control characters cannot start another
     * line.
     */
    static String line(Instant time, Level level, String text, boolean journal) {
        StringBuilder line = new StringBuilder();
        if (journal) {
            line.append('<').append(priority(level)).append('>');
        } else {
            line.append(time.truncatedTo(ChronoUnit.SECONDS))
                    .append(' ')
                    .append(level.getName())
                    .append(' ');
        }
        return line.append(text.replaceAll("\\p{Cc}", "?")).toString();
    }

    /** Severities of RFC 5424 section 6.2.1. */
    private static int priority(Level level) {
        return switch (level) {
            case ERROR -> 3;
            case WARNING -> 4;
            default -> 6;
        };
    }

    /** Is standard error the journal's socket? The variable has its device and inode, and outlives a redirection. */
    private static boolean isJournal(String stream) {
        if (stream == null) {
            return false;
        }
        try {
            Path error = Path.of("/proc/self/fd/2");
            return stream.equals(Files.getAttribute(error, "unix:dev") + ":" + Files.getAttribute(error, "unix:ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
