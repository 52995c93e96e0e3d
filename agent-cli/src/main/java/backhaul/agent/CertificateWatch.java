package backhaul.agent;

import backhaul.pki.Certificates;
import backhaul.pki.Credentials;
import backhaul.pki.CredentialsWatch;
import backhaul.pki.ExpiryWatch;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;

/**
 * Checks every five seconds whether the certificates' files have changed, whether the relays' certificates are still
 * valid, and whether anything is about to expire. Runs on its own thread: a file system that hangs holds up no message.
 */
final class CertificateWatch implements Runnable {
    private static final Logger LOG = System.getLogger(CertificateWatch.class.getPackageName());

    private final CredentialsWatch credentials;
    private final List<Reconnector> reconnectors;
    private final PendingNotices notices;
    private final StopSignal stop;
    private final ExpiryWatch expiry = new ExpiryWatch();

    CertificateWatch(
            CredentialsWatch credentials, List<Reconnector> reconnectors, PendingNotices notices, StopSignal stop) {
        this.credentials = credentials;
        this.reconnectors = List.copyOf(reconnectors);
        this.notices = notices;
        this.stop = stop;
    }

    @Override
    public void run() {
        boolean mistaken = false;
        boolean first = true;
        do {
            try {
                judge(first || look());
                first = false;
                mistaken = false;
            } catch (RuntimeException e) {
                if (!mistaken) {
                    LOG.log(Level.ERROR, "A mistake in the agent kept it from looking at certificates", e);
                }
                mistaken = true;
            }
        } while (!stop.await(credentials.isSettling() ? CredentialsWatch.SETTLING : CredentialsWatch.INTERVAL));
    }

    private void judge(boolean taken) {
        Credentials current = credentials.current();
        Instant now = Instant.now();
        if (taken) {
            judgeOwn(current, now);
        }
        reconnectors.forEach(reconnector -> reconnector.checkTrust(current, now));
        tellExpiry(current, now);
    }

    /** True if there are new credentials. */
    private boolean look() {
        CredentialsWatch.Change change = credentials.look();
        if (change == CredentialsWatch.Change.TAKEN) {
            LOG.log(
                    Level.INFO,
                    "The certificate files have changed and are in use from the next connection on: "
                            + Certificates.describe(credentials.current().certificate()));
        } else if (change == CredentialsWatch.Change.REFUSED) {
            LOG.log(
                    Level.WARNING,
                    "The certificate files have changed and are not used, those read before stay in use: "
                            + credentials.problem());
        }
        return change == CredentialsWatch.Change.TAKEN;
    }

    /** Whoever starts the agent, or brings new files, reads this log; relays would only refuse. */
    private static void judgeOwn(Credentials own, Instant now) {
        String untimely = own.untimely(now);
        if (untimely != null) {
            LOG.log(Level.WARNING, "This agent's certificate " + untimely);
        }
        if (own.revoked()) {
            LOG.log(Level.WARNING, "This agent's certificate " + Credentials.REVOKED);
        }
    }

    private void tellExpiry(Credentials current, Instant now) {
        for (String sentence : expiry.due(current, now)) {
            LOG.log(Level.WARNING, Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1));
            notices.add("EXPIRY", sentence);
        }
    }
}
