package backhaul.agent;

import backhaul.pki.Credentials;
import backhaul.pki.DistinguishedName;
import backhaul.pki.FilesCheck;
import backhaul.pki.TlsFailure;
import backhaul.transport.CheckReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code backhaul-agent check}: tests the whole path of a message step by step, and reports at each what is wrong and
 * how to fix it. It changes nothing and does not disturb a running agent. Every wait is bounded.
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
     * @param message whether to send one to the collector
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
        Credentials own = files(config);
        for (HostPort relay : config.relays()) {
            new RelayCheck(relay, config, own, report).run();
        }
        new CollectorCheck(config, report).run(message);
        report.summary();
        return own == null ? ConfigException.EXIT_STATUS : report.failures() == 0 ? OK : FAILED;
    }

    /** The credentials for a connection; null if the files cannot be used. */
    private Credentials files(AgentConfig config) {
        FilesCheck check = new FilesCheck(
                new FilesCheck.Files(
                        TlsFailure.Side.AGENT,
                        config.cert(),
                        config.key(),
                        config.keyPassphraseFile(),
                        config.ca(),
                        config.crl(),
                        config.crlOutdated(),
                        Setting.CRL.key(),
                        Setting.CRL_OUTDATED.key()),
                config::explain,
                report,
                Instant.now());
        Credentials own = check.run();
        return own == null
                ? null
                : check.lists(own, DistinguishedName.of(own.certificate().getIssuerX500Principal()));
    }
}
