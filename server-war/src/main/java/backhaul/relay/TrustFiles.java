package backhaul.relay;

import backhaul.pki.Credentials;
import backhaul.pki.DistinguishedName;
import backhaul.pki.Pem;
import backhaul.pki.PemException;
import backhaul.pki.TlsFailure;
import backhaul.relay.settings.RelayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the files that {@code relay.tls.*} names, and reports the key whose file is wrong. */
public record TrustFiles(RelayConfig config) {
    /** All files that are read. */
    public List<Path> paths() {
        List<Path> paths = new ArrayList<>(List.of(config.certificate(), config.key(), config.authorities()));
        config.keyPassphraseFile().ifPresent(paths::add);
        config.revocations().ifPresent(paths::add);
        return paths;
    }

    /**
     * Reads all of them and checks that they belong together.
     *
     * @param former the credentials that they replace; null for the first
     * @throws IOException naming the key and the file
     */
    public Credentials read(Credentials former) throws IOException {
        try {
            Path passphraseFile = config.keyPassphraseFile().orElse(null);
            Credentials credentials = Credentials.load(
                    config.certificate(),
                    config.key(),
                    passphraseFile == null ? null : Pem.passphrase(passphraseFile),
                    config.authorities(),
                    TlsFailure.Side.RELAY);
            checkIssuer(credentials);
            Credentials next = withLists(credentials);
            if (former != null) {
                next.replace(former, config.certificate());
                replaceIssuer(former, next);
            }
            return next;
        } catch (PemException e) {
            throw new IOException(config.keysOf(e.file()) + ": " + e.getMessage(), e);
        }
    }

    /** Checks the issuer: one that no certificate has would let nobody in. */
    public void checkIssuer(Credentials credentials) throws IOException {
        if (config.issuer() != null && !credentials.has(config.issuer())) {
            throw new IOException("relay.tls.issuer is " + config.issuer().oneLine()
                    + ", but relay.tls.ca has no certificate of that name: by " + config.authorities() + " it can be "
                    + choice(credentials));
        }
    }

    private void replaceIssuer(Credentials former, Credentials next) throws IOException {
        Instant now = Instant.now();
        String untimely = untimely(next, config.issuer(), now);
        if (untimely != null && untimely(former, config.issuer(), now) == null) {
            throw new IOException(untimely);
        }
    }

    /** Why these credentials let no agent in now, a sentence; null if they do. {@code issuer} may be null. */
    public static String untimely(Credentials credentials, DistinguishedName issuer, Instant now) {
        String untimely = issuer == null ? null : credentials.untimely(issuer, now);
        return untimely == null ? null : "relay.tls.issuer " + issuer.oneLine() + " " + untimely;
    }

    private Credentials withLists(Credentials credentials) throws PemException {
        if (config.revocations().isEmpty()) {
            return credentials;
        }
        Path lists = config.revocations().get();
        return config.issuer() == null
                ? credentials.with(lists, config.outdated())
                : credentials.with(lists, config.outdated(), config.issuer());
    }

    /** Tells what to set. */
    public String noIssuer(Credentials credentials) {
        return "relay.tls.issuer is not set: give it the name of the CA that issues your agents' certificates, by "
                + config.authorities() + " " + choice(credentials);
    }

    /** The names that {@code relay.tls.issuer} can have. */
    private static String choice(Credentials credentials) {
        return credentials.authorities().stream()
                .map(authority -> DistinguishedName.of(authority.getSubjectX500Principal())
                        .oneLine())
                .collect(Collectors.joining(" or "));
    }
}
