package backhaul.relay;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.DistinguishedName;
import backhaul.pki.Expiry;
import backhaul.relay.settings.AllowList;
import backhaul.relay.settings.RelayConfig;
import backhaul.relay.status.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Who we are and whom we let in, all of one reading of the files. Immutable, any thread.
 *
 * @param credentials what was read
 * @param endpoint with a JDK context of its own: one that outlived a change would resume sessions of those it let in
 * @param policy who is let in after the handshake
 * @param until when agents cease to accept us, or nobody is let in any more for want of a list
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

    /** Why our own certificate is no good now, a clause; null if it is good. */
    String invalid(Instant now) {
        return credentials.untimely(now);
    }

    /** Why no agent can be let in now although it may accept us, a sentence; null if one can. */
    String invalidIssuer(Instant now) {
        return TrustFiles.untimely(credentials, issuer, now);
    }

    /** What agents will see of us, and that it fits. */
    String own() {
        return "names " + Certificates.describeNames(credentials.certificate()) + "; chain "
                + credentials.chain().stream().map(Certificates::subject).collect(Collectors.joining(" < "))
                + "; relay.tls.key belongs to it";
    }

    /** The tops of the CA file. */
    String authorities() {
        return credentials.tops().stream().map(Certificates::describe).collect(Collectors.joining("; "));
    }

    /** Who is let in. */
    String agents() {
        return "issued by " + issuer.oneLine() + ", " + AllowList.describe(allowed);
    }

    /** What is known to be revoked. */
    String revocations(Instant now) {
        return credentials.revocations().describe(now);
    }

    /** What is wrong with a set that is in use all the same; null if nothing is. */
    String concern(Instant now) {
        if (credentials.revoked()) {
            return "relay.tls.cert " + Credentials.REVOKED;
        }
        return credentials
                .revocations()
                .nextUpdate(now)
                .filter(now::isAfter)
                .map(due -> "relay.tls.crl is out of date since " + due + ": make a new list with backhaul-ca crl and"
                        + " copy it here")
                .orElse(null);
    }

    /** For whoever looks at the relay. */
    Status.Identity identity(Instant now) {
        return new Status.Identity(
                credentials,
                Certificates.describe(credentials.certificate()),
                own(),
                authorities(),
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
}
