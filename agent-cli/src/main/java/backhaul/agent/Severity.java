package backhaul.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The severities of RFC 5424 section 6.2.1, the worst first, with their names in syslog.conf(5). */
enum Severity {
    EMERG("panic"),
    ALERT("alert"),
    CRIT("critical"),
    ERR("error"),
    WARNING("warn"),
    NOTICE("notice"),
    INFO("informational"),
    DEBUG("debug");

    private static final Severity[] BY_CODE = values();

    private final String shown = name().toLowerCase(Locale.ROOT);
    private final String otherName;

    Severity(String otherName) {
        this.otherName = otherName;
    }

    static List<String> names() {
        return Arrays.stream(BY_CODE).map(Severity::toString).toList();
    }

    static Severity ofPriority(int priority) {
        return BY_CODE[priority & 7];
    }

    /**
     * Reads a name or a number.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Severity parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        for (Severity severity : BY_CODE) {
            if (name.equals(severity.shown)
                    || name.equals(severity.otherName)
                    || name.equals("" + severity.ordinal())) {
                return severity;
            }
        }
        throw new IllegalArgumentException("must be one of " + String.join(", ", names()) + ", was " + text);
    }

    boolean isAtLeast(Severity least) {
        return compareTo(least) <= 0;
    }

    @Override
    public String toString() {
        return shown;
    }
}
