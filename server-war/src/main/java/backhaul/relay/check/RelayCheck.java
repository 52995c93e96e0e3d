package backhaul.relay.check;

import backhaul.pki.Credentials;
import backhaul.pki.DistinguishedName;
import backhaul.pki.FilesCheck;
import backhaul.pki.TlsFailure;
import backhaul.relay.TrustFiles;
import backhaul.relay.host.OpenFiles;
import backhaul.relay.host.ServiceEnvironment;
import backhaul.relay.host.SystemdSocket;
import backhaul.relay.settings.AllowList;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.settings.RelaySettings;
import backhaul.relay.settings.ServerSettings;
import backhaul.transport.CheckReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * {@code backhaul-relay check}: reports everything that is wrong with the configuration and how to fix it, without starting
 * anything. It does not disturb a running relay. One thread, no server.
 */
public final class RelayCheck {
    public static final int OK = 0;
    static final int FAILED = 1;

    /** EX_CONFIG of sysexits.h. */
    public static final int MISCONFIGURED = 78;

    private final Path server;
    private final Map<String, String> environment;
    private final CheckReport report;

    /** @param server the directory with server.xml */
    public RelayCheck(Path server, Map<String, String> environment, CheckReport report) {
        this.server = server;
        this.environment = ServiceEnvironment.of(environment);
        this.report = report;
    }

    /**
     * Checks as much as possible.
     *
     * @return the exit status
     */
    public int run() {
        report.section("Configuration, read as the user " + System.getProperty("user.name"));
        RelaySettings settings = ServerSettings.read(server, environment);
        RelayConfig config = settings.config();
        settings.problems().forEach(report::failed);
        settings.warnings().forEach(report::warned);
        if (report.failures() == 0) {
            report.ok("set by " + settings.origins());
        }
        files(settings, config);
        openFiles(config);
        new MemoryCheck(config, server, environment, report).run();
        boolean misconfigured = report.failures() > 0;
        new PortsCheck(config, settings.httpPort(), SystemdSocket.of(environment), report).run();
        report.summary();
        return misconfigured ? MISCONFIGURED : report.failures() > 0 ? FAILED : OK;
    }

    /** For the user who runs this; the service has its own limit. */
    private void openFiles(RelayConfig config) {
        String tooFew = OpenFiles.tooFew(OpenFiles.limit(), config);
        String tooFewForAll = OpenFiles.tooFewForAll(OpenFiles.limit(), config);
        if (tooFew != null) {
            report.failed(tooFew);
        } else if (tooFewForAll != null) {
            report.warned(tooFewForAll);
        }
    }

    private void files(RelaySettings settings, RelayConfig config) {
        if (!settings.hasFiles()) {
            report.skipped(
                    "the certificate files are checked once relay.tls.cert, relay.tls.key and relay.tls.ca are set");
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
                report.warned(
                        config.keysOf(path) + ": " + path + " is relative to the server's working directory, and was"
                                + " looked for in this one: use an absolute path");
            }
        }
        if (settings.isWrong("relay.tls.issuer")) {
            return;
        }
        if (own != null) {
            agents(config, files, check, own);
        } else if (config.issuer() == null) {
            report.failed(RelaySettings.unknownIssuer());
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
            report.ok("agents let in: issued by " + issuer.oneLine() + ", " + AllowList.describe(config.allowed()));
            String untimely = TrustFiles.untimely(own, issuer, Instant.now());
            if (untimely != null) {
                report.failed(untimely);
            }
            check.lists(own, issuer);
        } catch (IOException e) {
            report.failed(e.getMessage());
        }
    }
}
