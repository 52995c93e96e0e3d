package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.DistinguishedName;
import backhaul.pki.Expiry;
import backhaul.relay.settings.AllowList;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.Status;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who we are and whom we let in, all from one reading of the files. Immutable, any thread.
 *
 * @param credentials the contents of the files
 * @param endpoint with its own JDK context: one that outlived a change would resume the sessions of agents that it let
 *     in
 * @param policy who is let in after the handshake
 * @param until when agents stop accepting us, or nobody is let in any more because there is no list
 * @param allowed for the words
 */
record Trust(
        Credentials credentials,
        TlsEndpoint endpoint,
        PeerPolicy policy,
        Instant until,
        DistinguishedName issuer,
        Optional<AllowList> allowed) {

    static Trust of(Credentials credentials, RelayConfig config) {
        return new Trust(
                credentials,
                new TlsEndpoint(credentials.sslContext(), config.sendBuffer()),
                new PeerPolicy(credentials, config.issuer(), config.allowed()),
                credentials.until(),
                config.issuer(),
                config.allowed());
    }

    /** Why no agent can connect now, a sentence; null if one can. */
    String problem(Instant now) {
        String untimely = credentials.untimely(now);
        if (untimely != null) {
            return "relay.tls.cert " + untimely;
        }
        String issuers = TrustFiles.untimely(credentials, issuer, now);
        return issuers == null && now.isAfter(until) ? concern(now) + "; nobody is let in before that" : issuers;
    }

    /** Who is let in. */
    String agents() {
        return "issued by " + issuer.oneLine() + ", " + AllowList.describe(allowed);
    }

    /** Describes the known revocations. */
    String revocations(Instant now) {
        return credentials.revocations().describe(now);
    }

    /** What is wrong with a set that is in use anyway; null if nothing is. */
    String concern(Instant now) {
        if (credentials.revoked()) {
            return "relay.tls.cert " + Credentials.REVOKED;
        }
        return credentials
                .revocations()
                .nextUpdate(now)
                .filter(now::isAfter)
                .map(due -> "relay.tls.crl has been out of date since " + due
                        + ": make a new list with backhaul-ca crl and" + " copy it here")
                .orElse(null);
    }

    /** The identity for the relay's status. */
    Status.Identity identity(Instant now) {
        return new Status.Identity(
                credentials,
                Certificates.describe(credentials.certificate()),
                "names " + Certificates.describeNames(credentials.certificate()) + "; chain "
                        + joined(credentials.chain(), Certificates::subject, " < ")
                        + "; relay.tls.key belongs to it",
                joined(credentials.tops(), Certificates::describe, "; "),
                agents(),
                revocations(now),
                Expiry.days(now, credentials.expires()),
                Expiry.days(now, credentials.authoritiesEnd(now)),
                revocationsDaysLeft(now));
    }

    private OptionalLong revocationsDaysLeft(Instant now) {
        return credentials
                .revocations()
                .nextUpdate(now)
                .filter(due -> !due.equals(Instant.MAX))
                .map(due -> OptionalLong.of(Expiry.days(now, due)))
                .orElse(OptionalLong.empty());
    }

    private static String joined(
            List<X509Certificate> certificates, Function<X509Certificate, String> words, String separator) {
        return certificates.stream().map(words).collect(Collectors.joining(separator));
    }
}
