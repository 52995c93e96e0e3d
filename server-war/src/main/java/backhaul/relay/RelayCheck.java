package backhaul.relay;

import backhaul.transport.CheckReport;
import backhaul.transport.Credentials;
import backhaul.transport.DistinguishedName;
import backhaul.transport.FilesCheck;
import backhaul.transport.TlsFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code backhaul-relay check}: says everything that is wrong with the configuration, and what to do, without starting
 * anything. A relay that is running is not disturbed by it. One thread, no server.
 */
final class RelayCheck {
    static final int OK = 0;
    static final int FAILED = 1;

    /** EX_CONFIG of sysexits.h. */
    static final int MISCONFIGURED = 78;

    private static final String ISSUER = "relay.tls.issuer";
    private static final List<String> REQUIRED = List.of("relay.tls.cert", "relay.tls.key", "relay.tls.ca");

    private final Path server;
    private final Map<String, String> environment;
    private final CheckReport report;

    /** Keys with values that are no good. */
    private final Set<String> wrong = new HashSet<>();

    /** @param server the directory with server.xml */
    RelayCheck(Path server, Map<String, String> environment, CheckReport report) {
        this.server = server;
        this.environment = environment;
        this.report = report;
    }

    /**
     * Checks everything, or as much as can be checked.
     *
     * @return the exit status
     */
    int run() {
        report.section("Configuration, read as the user " + System.getProperty("user.name"));
        ServerSettings settings = ServerSettings.read(server, environment);
        RelayConfig config = config(settings);
        OptionalInt httpPort = settings.httpPort();
        SettingsReview review = new SettingsReview(settings, server);
        settings.problems().forEach(report::failed);
        review.problems().forEach(report::failed);
        review.warnings().forEach(report::warned);
        if (report.failures() == 0) {
            report.ok("set by " + settings.origins());
        }
        files(config);
        new MemoryCheck(config, server, environment, report).run();
        boolean misconfigured = report.failures() > 0;
        new PortsCheck(config, httpPort, SystemdSocket.of(environment), report).run();
        report.summary();
        return misconfigured ? MISCONFIGURED : report.failures() > 0 ? FAILED : OK;
    }

    /** With the default for what is wrong, so that the rest can be looked at. */
    private RelayConfig config(ServerSettings settings) {
        try {
            return RelayConfig.parse(settings::text);
        } catch (RelayConfig.Invalid e) {
            for (String problem : e.problems()) {
                String key = problem.substring(0, problem.indexOf(' '));
                wrong.add(key);
                report.failed(problem + settings.place(key));
            }
        }
        try {
            return RelayConfig.parse(key -> !wrong.contains(key)
                    ? settings.text(key)
                    : REQUIRED.contains(key) ? Optional.of("not set") : Optional.empty());
        } catch (RelayConfig.Invalid e) {
            throw new IllegalStateException(e);
        }
    }

    private void files(RelayConfig config) {
        if (REQUIRED.stream().anyMatch(wrong::contains)) {
            unknownIssuer(config);
            report.skipped("the certificate files are looked at once " + String.join(", ", REQUIRED) + " are set");
            return;
        }
        TrustFiles files = new TrustFiles(config);
        FilesCheck check = new FilesCheck(
                new FilesCheck.Files(
                        TlsFailure.Side.RELAY,
                        config.certificate(),
                        config.key(),
                        config.keyPassphraseFile().orElse(null),
                        config.authorities(),
                        config.revocations().orElse(null),
                        config.outdated(),
                        "relay.tls.crl",
                        "relay.tls.crl-outdated"),
                e -> config.keysOf(e.file()) + ": " + e.getMessage(),
                report,
                Instant.now());
        Credentials own = check.run();
        for (Path path : files.paths()) {
            if (!path.isAbsolute()) {
                report.warned(config.keysOf(path) + ": " + path + " starts from the server's working directory, and was"
                        + " looked for in this one: give the whole path, from /");
            }
        }
        if (own == null) {
            unknownIssuer(config);
        } else if (!wrong.contains(ISSUER)) {
            agents(config, files, check, own);
        }
    }

    /** What it can be is in the CA file, which is no good. */
    private void unknownIssuer(RelayConfig config) {
        if (config.issuer() == null && !wrong.contains(ISSUER)) {
            report.failed(
                    ISSUER + " is not set: give it the name of the CA that issues your agents' certificates, which"
                            + " backhaul-ca show prints");
        }
    }

    private void agents(RelayConfig config, TrustFiles files, FilesCheck check, Credentials own) {
        DistinguishedName issuer = config.issuer();
        if (issuer == null) {
            report.failed(files.noIssuer(own));
            return;
        }
        try {
            files.checkIssuer(own);
            report.ok("agents let in: issued by " + issuer.oneLine() + ", " + Trust.describe(config.allowed()));
            check.lists(own, issuer);
        } catch (IOException e) {
            report.failed(e.getMessage());
        }
    }
}
