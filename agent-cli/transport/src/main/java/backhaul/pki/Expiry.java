package backhaul.pki;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Something that expires.
 *
 * @param what as in a sentence: {@code the certificate of CN=home}
 * @param end from then on it is not valid
 * @param remedy what to do about it, a clause
 */
public record Expiry(String what, Instant end, String remedy) {
    /** Whole days left; negative once it has expired. */
    public long daysLeft(Instant now) {
        return days(now, end);
    }

    /** Whole days from one time to another; negative if that is past. */
    public static long days(Instant now, Instant end) {
        return Math.floorDiv(
                Duration.between(now, end).toMillis(), Duration.ofDays(1).toMillis());
    }

    /** A sentence with the date and the fix. */
    public String sentence(Instant now) {
        long days = daysLeft(now);
        String when =
                days == 0 ? " expires within a day" : days == 1 ? " expires in 1 day" : " expires in " + days + " days";
        return what + (now.isBefore(end) ? when : " has expired") + ", on " + LocalDate.ofInstant(end, ZoneOffset.UTC)
                + ": " + remedy;
    }
}
