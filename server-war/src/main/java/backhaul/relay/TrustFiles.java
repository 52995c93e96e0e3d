package backhaul.relay;

import backhaul.transport.Credentials;
import backhaul.transport.DistinguishedName;
import backhaul.transport.Pem;
import backhaul.transport.PemException;
import backhaul.transport.TlsFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The files that {@code relay.tls.*} names: reads them, and says of which key one is wrong. */
record TrustFiles(RelayConfig config) {
    /** All that are read. */
    List<Path> paths() {
        List<Path> paths = new ArrayList<>(List.of(config.certificate(), config.key(), config.authorities()));
        config.keyPassphraseFile().ifPresent(paths::add);
        config.revocations().ifPresent(paths::add);
        return paths;
    }

    /**
     * Reads all of them and looks whether they go together.
     *
     * @throws IOException naming the key and the file
     */
    Credentials read() throws IOException {
        Credentials credentials;
        try {
            Path passphraseFile = config.keyPassphraseFile().orElse(null);
            credentials = Credentials.load(
                    config.certificate(),
                    config.key(),
                    passphraseFile == null ? null : Pem.passphrase(passphraseFile),
                    config.authorities(),
                    TlsFailure.Side.RELAY);
            if (config.revocations().isPresent()) {
                credentials = credentials.with(config.revocations().get(), config.outdated());
            }
        } catch (PemException e) {
            throw new IOException(config.keysOf(e.file()) + ": " + e.getMessage(), e);
        }
        if (config.issuer() != null) {
            checkIssuer(credentials);
        }
        return credentials;
    }

    /** An issuer that no certificate has would let nobody in, and a list of another CA would keep nobody out. */
    private void checkIssuer(Credentials credentials) throws IOException {
        List<X509Certificate> issuers = credentials.authorities().stream()
                .filter(authority -> DistinguishedName.of(authority.getSubjectX500Principal())
                        .equals(config.issuer()))
                .toList();
        if (issuers.isEmpty()) {
            throw new IOException("relay.tls.issuer is " + config.issuer().oneLine()
                    + ", but relay.tls.ca has no certificate of that name: by " + config.authorities() + " it can be "
                    + choice(credentials));
        }
        if (config.revocations().isPresent()
                && !issuers.stream()
                        .allMatch(authority -> credentials.revocations().cover(authority))) {
            throw new IOException("relay.tls.crl: " + config.revocations().get() + " has no list of "
                    + config.issuer().oneLine() + ", which relay.tls.issuer names, so nobody would be kept out:"
                    + " make one with backhaul-ca crl");
        }
    }

    /** The names that {@code relay.tls.issuer} can have. */
    static String choice(Credentials credentials) {
        return credentials.authorities().stream()
                .map(authority -> DistinguishedName.of(authority.getSubjectX500Principal())
                        .oneLine())
                .collect(Collectors.joining(" or "));
    }
}
