package backhaul.agent;

import java.util.List;

/** The configuration cannot be used; every problem is a sentence that names the option, its value and the fix. */
final class ConfigException extends Exception {
    /** EX_CONFIG of sysexits.h. */
    static final int EXIT_STATUS = 78;

    private final List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
