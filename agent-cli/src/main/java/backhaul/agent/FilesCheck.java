package backhaul.agent;

import backhaul.transport.Certificates;
import backhaul.transport.Credentials;
import backhaul.transport.Expiry;
import backhaul.transport.Pem;
import backhaul.transport.PemException;
import backhaul.transport.Revocations;
import backhaul.transport.TlsFailure;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Checks the agent's own certificate, its key, the CA file and the revocation lists, step by step. */
final class FilesCheck {
    private static final String RENEW = "renew it with backhaul-ca renew and copy it here";

    private final AgentConfig config;
    private final CheckReport report;
    private final Instant now;

    FilesCheck(AgentConfig config, CheckReport report, Instant now) {
        this.config = config;
        this.report = report;
        this.now = now;
    }

    /** What a connection can be made with; null if the files are no good. */
    Credentials run() {
        report.section("This agent's certificate");
        boolean readable = certificate();
        readable &= key();
        readable &= authorities();
        if (!readable) {
            report.skipped("whether they belong together is to be seen once each of them is good");
            return null;
        }
        try {
            Credentials.load(config.cert(), config.key(), config.passphrase(), config.ca());
            report.ok("the key is the certificate's, and the CA file has the CA that issued it");
            Credentials own = Credentials.load(
                    config.cert(), config.key(), config.passphrase(), config.ca(), TlsFailure.Side.AGENT);
            report.ok("the certificate is one for an agent (clientAuth)");
            return revocations(own);
        } catch (IOException e) {
            report.failed(e.getMessage());
            return null;
        }
    }

    private boolean certificate() {
        try {
            X509Certificate own = Pem.certificates(config.cert()).get(0);
            report.ok(config.cert() + ": " + Certificates.describe(own));
            report.detail("fingerprint, for relay.tls.allow: " + Notice.allowing(own));
            CheckDates.step(report, "it", own, now, RENEW);
            return true;
        } catch (PemException e) {
            report.failed(e.getMessage());
            return false;
        }
    }

    private boolean key() {
        try {
            Pem.privateKey(config.key(), config.passphrase());
            report.ok(config.key() + ": a private key" + (config.keyPassphraseFile() == null ? "" : ", decrypted"));
            return true;
        } catch (PemException e) {
            report.failed(config.explain(e));
            return false;
        }
    }

    private boolean authorities() {
        try {
            List<X509Certificate> authorities = Pem.certificates(config.ca());
            report.ok(config.ca() + ": the certificates of " + authorities.size()
                    + (authorities.size() == 1 ? " CA" : " CAs"));
            for (X509Certificate authority : authorities) {
                CheckDates.step(
                        report,
                        Certificates.subject(authority),
                        authority,
                        now,
                        "all that it has issued ends with it, have the CA made anew");
            }
            return true;
        } catch (PemException e) {
            report.failed(e.getMessage());
            return false;
        }
    }

    private Credentials revocations(Credentials own) throws IOException {
        if (config.crl() == null) {
            report.skipped("no revocation list is configured (" + Setting.CRL.key() + ")");
            return own;
        }
        Credentials with = config.withLists(own);
        report.ok(config.crl() + ": revocation lists of our CA");
        for (Expiry list : with.revocations().expiries()) {
            if (now.isBefore(list.end())) {
                report.ok(list.what() + " is up to date until " + CheckDates.day(list.end()));
            } else {
                boolean refuse = config.crlOutdated() == Revocations.Outdated.REFUSE;
                report.failed(list.what() + " is out of date since " + CheckDates.day(list.end())
                        + (refuse ? ", so no relay is trusted" : ", relays that are not in it are still trusted")
                        + " (" + Setting.CRL_OUTDATED.key()
                        + "): make a new one with backhaul-ca crl and copy it here");
            }
        }
        if (with.revoked()) {
            report.failed("this agent's own certificate is revoked: have the CA issue a new one");
        }
        return with;
    }
}
