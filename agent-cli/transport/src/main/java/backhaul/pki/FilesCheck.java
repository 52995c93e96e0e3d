package backhaul.pki;

import backhaul.transport.CheckReport;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Checks our own certificate, its key, the CA file and the revocation lists, step by step. */
public final class FilesCheck {
    /**
     * The configuration.
     *
     * @param side whose certificate it is
     * @param passphraseFile null if the key is not encrypted
     * @param lists null for none
     * @param listsKey the name of the setting for the lists
     * @param outdatedKey the name of the setting for lists that are out of date
     */
    public record Files(
            TlsFailure.Side side,
            Path certificate,
            Path key,
            Path passphraseFile,
            Path authorities,
            Path lists,
            Revocations.Outdated outdated,
            String listsKey,
            String outdatedKey) {}

    private final Files files;
    private final Function<PemException, String> explain;
    private final CheckReport report;
    private final Instant now;

    /** @param explain adds to a failure the setting that it is about */
    public FilesCheck(Files files, Function<PemException, String> explain, CheckReport report, Instant now) {
        this.files = files;
        this.explain = explain;
        this.report = report;
        this.now = now;
    }

    /** Checks everything except the lists; null if the files cannot be used. */
    public Credentials run() {
        boolean agent = files.side == TlsFailure.Side.AGENT;
        report.section(agent ? "This agent's certificate" : "This relay's certificate");
        boolean readable = step(this::certificate);
        readable &= step(this::key);
        readable &= step(this::authorities);
        if (!readable) {
            report.skipped("cannot check whether they belong together until each of them is good");
            return null;
        }
        try {
            char[] passphrase = passphrase();
            Credentials.load(files.certificate, files.key, passphrase, files.authorities);
            report.ok("the key belongs to the certificate, and the CA file has the CA that issued it");
            Credentials own = Credentials.load(files.certificate, files.key, passphrase, files.authorities, files.side);
            report.ok("the certificate is for " + (agent ? "an agent" : "a relay") + " ("
                    + Certificates.usage(files.side) + ")");
            if (own.accepted().holds(now)) {
                report.ok((agent ? "relays" : "agents")
                        + " with this CA file accept it: it passes the check that they make");
            }
            return own;
        } catch (PemException e) {
            report.failed(explain.apply(e));
            return null;
        }
    }

    private char[] passphrase() throws PemException {
        return files.passphraseFile == null ? null : Pem.passphrase(files.passphraseFile);
    }

    /** Looks at one of the files. */
    private interface Look {
        void look() throws PemException;
    }

    private boolean step(Look look) {
        try {
            look.look();
            return true;
        } catch (PemException e) {
            report.failed(explain.apply(e));
            return false;
        }
    }

    private void certificate() throws PemException {
        X509Certificate own = Pem.certificates(files.certificate).get(0);
        report.ok(files.certificate + ": " + Certificates.describe(own));
        String names = Certificates.describeNames(own);
        if (files.side == TlsFailure.Side.AGENT) {
            report.detail("fingerprint, for relay.tls.allow: sha256:" + Certificates.fingerprint(own));
        } else if (!names.isEmpty()) {
            report.ok("it is for " + names + ": agents must dial one of these");
        }
        CheckDates.step(report, "it", own, now, CheckDates.RENEW);
    }

    private void key() throws PemException {
        Pem.privateKey(files.key, passphrase());
        report.ok(files.key + ": a private key" + (files.passphraseFile == null ? "" : ", decrypted"));
    }

    private void authorities() throws PemException {
        List<X509Certificate> authorities = Pem.certificates(files.authorities);
        report.ok(files.authorities + ": the certificates of " + authorities.size()
                + (authorities.size() == 1 ? " CA" : " CAs"));
        dates(authorities);
    }

    private void dates(List<X509Certificate> authorities) {
        boolean needed = !acceptedWith(authorities);
        for (X509Certificate authority : authorities) {
            String name = Certificates.subject(authority);
            if (needed || CheckDates.fault(authority, now, "") == null) {
                CheckDates.step(report, name, authority, now, CheckDates.RENEW_CA);
            } else {
                report.skipped(name + " "
                        + CheckDates.fault(
                                authority,
                                now,
                                "remove it if no " + (files.side == TlsFailure.Side.AGENT ? "relay" : "agent")
                                        + " needs it")
                        + "; our own certificate does not need it");
            }
        }
    }

    /** Is our certificate valid now, regardless of the other certificates in the files? */
    private boolean acceptedWith(List<X509Certificate> authorities) {
        try {
            List<X509Certificate> chain = Pem.certificates(files.certificate);
            return Acceptance.refusal(chain, authorities, now) == null;
        } catch (PemException e) {
            return false; // reported elsewhere
        }
    }

    /**
     * Checks the revocation lists.
     *
     * @param issuer of the certificates that are checked against them
     * @return the credentials with the lists if there are any, or null if they cannot be used
     */
    public Credentials lists(Credentials own, DistinguishedName issuer) {
        if (files.lists == null) {
            report.skipped("no revocation list is configured (" + files.listsKey + ")");
            return own;
        }
        try {
            Credentials with = own.with(files.lists, files.outdated, issuer);
            report.ok(files.lists + ": revocation lists of our CA");
            with.revocations().expiries(now).forEach(this::list);
            if (with.revoked()) {
                report.failed("our own certificate " + Credentials.REVOKED);
            }
            return with;
        } catch (PemException e) {
            report.failed(explain.apply(e));
            return null;
        }
    }

    private void list(Expiry list) {
        if (now.isBefore(list.end())) {
            report.ok(list.what() + " is up to date until " + CheckDates.day(list.end()));
            return;
        }
        String peer = files.side == TlsFailure.Side.AGENT ? "relay" : "agent";
        report.failed(list.what() + " has been out of date since " + CheckDates.day(list.end())
                + (files.outdated == Revocations.Outdated.REFUSE
                        ? ", so no " + peer + " is trusted"
                        : ", " + peer + "s that are not in it are still trusted")
                + " (" + files.outdatedKey + "): make a new one with backhaul-ca crl and copy it here");
    }
}
