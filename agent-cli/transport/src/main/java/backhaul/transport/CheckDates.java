package backhaul.transport;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** A certificate's dates as a step of a check. */
public final class CheckDates {
    private static final int SOON = 30; // days

    private CheckDates() {}

    /**
     * One step.
     *
     * @param what begins the sentence
     * @param remedy what to do when it has ended, or ends soon
     */
    public static void step(CheckReport report, String what, X509Certificate certificate, Instant now, String remedy) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            report.failed(what + " is not valid before " + day(begin) + ": " + clock(now));
        } else if (now.isAfter(end)) {
            report.failed(what + " expired on " + day(end) + ": " + remedy + ", or " + clock(now));
        } else {
            long days = Expiry.days(now, end);
            report.ok(what + " is valid until " + day(end) + ", " + days + (days == 1 ? " day" : " days") + " left"
                    + (days < SOON ? ": " + remedy + " soon" : ""));
        }
    }

    public static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }

    /** The clock is the other half of every date. */
    private static String clock(Instant now) {
        return "set this machine's clock if it is wrong, it says "
                + now.truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", " UTC");
    }
}
