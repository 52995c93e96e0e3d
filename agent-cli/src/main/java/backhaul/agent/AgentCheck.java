package backhaul.agent;

import backhaul.transport.Credentials;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code backhaul-agent check}: goes the whole way of a message step by step, and says at each what is wrong and what to
 * do. It changes nothing, and an agent that is running is not disturbed by it. Every wait is bounded.
 */
final class AgentCheck {
    static final int OK = 0;
    static final int FAILED = 1;

    private final Map<Setting, List<String>> flags;
    private final Map<String, String> environment;
    private final CheckReport report;

    AgentCheck(Map<Setting, List<String>> flags, Map<String, String> environment, CheckReport report) {
        this.flags = flags;
        this.environment = environment;
        this.report = report;
    }

    /**
     * Checks everything, or as much as can be checked.
     *
     * @param message whether to send the collector one
     * @return the exit status
     */
    int run(boolean message) {
        report.section("Configuration, read as the user " + System.getProperty("user.name"));
        AgentConfig config;
        try {
            config = AgentConfig.from(flags, environment);
        } catch (ConfigException e) {
            e.problems().forEach(report::failed);
            report.summary();
            return ConfigException.EXIT_STATUS;
        }
        report.ok("set by "
                + Settings.gather(flags, environment, new ArrayList<>()).origins());
        Credentials own = new FilesCheck(config, report, Instant.now()).run();
        for (HostPort relay : config.relays()) {
            new RelayCheck(relay, config, own, report).run();
        }
        new CollectorCheck(config, report).run(message);
        report.summary();
        return own == null ? ConfigException.EXIT_STATUS : report.failures() == 0 ? OK : FAILED;
    }
}
