package backhaul.agent;

import java.time.Duration;

/**
 * A time without a stream that the reader of the log is to be told of.
 *
 * @param begin nanoTime of the moment from which nothing came
 * @param cause what it looked like, a clause
 */
record Outage(long begin, String cause) {
    Duration until(long end) {
        return Duration.ofNanos(end - begin);
    }
}
