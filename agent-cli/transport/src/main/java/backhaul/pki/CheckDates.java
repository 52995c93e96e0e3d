package backhaul.pki;

import backhaul.transport.CheckReport;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Reports a certificate's dates as a step of a check. */
public final class CheckDates {
    /** The fix for our own. */
    static final String RENEW = "renew it with backhaul-ca renew and copy it here";

    /** The fix for a CA's. */
    static final String RENEW_CA = "everything that it has issued expires with it, have a new CA made";

    private static final int SOON = 30; // days

    private CheckDates() {}

    /**
     * Reports one step.
     *
     * @param what begins the sentence
     * @param remedy what to do when it has expired, or expires soon
     */
    public static void step(CheckReport report, String what, X509Certificate certificate, Instant now, String remedy) {
        String fault = fault(certificate, now, remedy);
        if (fault != null) {
            report.failed(what + " " + fault + clock(now));
        } else {
            report.ok(what + " " + valid(certificate, now, remedy));
        }
    }

    /** A clause with the time until which it is valid. */
    static String valid(X509Certificate certificate, Instant now, String remedy) {
        long days = Expiry.days(now, end(certificate));
        return "is valid until " + day(end(certificate)) + ", " + days + (days == 1 ? " day" : " days") + " left"
                + (days < SOON ? ": " + remedy + " soon" : "");
    }

    /** The reason why it is not valid at this time, a clause that begins with a verb; null if it is. */
    static String fault(X509Certificate certificate, Instant now, String remedy) {
        Instant begin = certificate.getNotBefore().toInstant();
        String clock = "set this machine's clock if it is wrong";
        if (now.isBefore(begin)) {
            return "is not valid before " + day(begin) + ": " + clock;
        }
        if (now.isAfter(end(certificate))) {
            return "expired on " + day(end(certificate)) + ": " + remedy + ", or " + clock;
        }
        return null;
    }

    static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    public static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }

    /** A wrong clock is the other cause of a wrong date. */
    static String clock(Instant now) {
        return ", it says "
                + now.truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", " UTC");
    }
}
