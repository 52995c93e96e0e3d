package backhaul.relay;

import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import backhaul.pki.CredentialsWatch.Change;
import backhaul.pki.ExpiryWatch;
import backhaul.relay.settings.RelayConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Holds the trust in use, and replaces it when the files have changed for the better. {@link #look} and {@link #due}
 * are called by one thread at a time, which may wait for a disk; nobody waits for it.
 */
final class TrustWatch {
    private final RelayConfig config;
    private final TrustFiles files;
    private final CredentialsWatch watch;
    private final ExpiryWatch expiry = new ExpiryWatch(); // looking thread only
    private Trust read; // looking thread only
    private volatile Trust current; // written by the looking thread

    /** Reads the files for the first time. */
    private TrustWatch(RelayConfig config) throws IOException {
        this.config = config;
        this.files = new TrustFiles(config);
        this.watch = CredentialsWatch.open(files.paths(), this::read);
        this.current = read;
    }

    /** @throws IOException naming the key and the file that is wrong */
    static TrustWatch open(RelayConfig config) throws IOException {
        return new TrustWatch(config);
    }

    private Credentials read(Credentials former) throws IOException {
        Credentials credentials = files.read(former);
        read = Trust.of(credentials, config);
        return credentials;
    }

    /** The one in use. */
    Trust current() {
        return current;
    }

    /** Checks whether the files have changed; called every {@link CredentialsWatch#INTERVAL}. */
    Change look() {
        Change change = watch.look();
        if (change == Change.TAKEN) {
            current = read;
        }
        return change;
    }

    /** Has the last look seen a change? Then the next is due a little earlier. Looking thread only. */
    boolean isSettling() {
        return watch.isSettling();
    }

    /** The parts of it that expire soon, each reported once at its time. */
    List<String> due(Instant now) {
        return expiry.due(current.credentials(), now);
    }

    /** Why the files as they are now are not in use; null if they are. */
    String refusal() {
        return watch.problem();
    }

    /** What an administrator should fix although agents can connect; null if there is nothing. */
    String concern(Instant now) {
        String refusal = refusal();
        return refusal == null ? current.concern(now) : "the changed files are not in use: " + refusal;
    }
}
