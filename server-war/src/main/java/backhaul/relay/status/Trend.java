package backhaul.relay.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Computes rates from the samples of the last minutes, and when a message came. Assumes that the counters grew evenly
 * between two samples. Immutable.
 */
public final class Trend {
    /** The time that the relay remembers. */
    static final Duration SPAN = Duration.ofMinutes(15);

    /** One point of the course of the rate. */
    static final Duration STEP = Duration.ofSeconds(5);

    /** The present rate is the mean over this time. */
    public static final Duration NOW = Duration.ofSeconds(10);

    public static final Duration MINUTE = Duration.ofMinutes(1);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /**
     * The mean of one step.
     *
     * @param rate messages a second
     * @param missed whether messages were dropped or lost in it
     */
    public record Point(double rate, boolean missed) {}

    private final List<Sample> samples; // oldest first, at least one; the last is now

    /** @param past oldest first; may be empty */
    public Trend(List<Sample> past, Sample now) {
        this.samples = new ArrayList<>(past);
        samples.removeIf(sample -> sample.at() >= now.at());
        samples.add(now);
    }

    private Sample now() {
        return samples.get(samples.size() - 1);
    }

    private long begin() {
        return samples.get(0).at();
    }

    /** How much a counter has grown a second over the last {@code time}, or since the first sample if that is later. */
    public double perSecond(ToLongFunction<Sample> counter, Duration time) {
        long from = Math.max(begin(), now().at() - time.toNanos());
        return now().at() - from < SECOND / 2 ? 0 : mean(counter, from, now().at());
    }

    /** How much a counter has grown within the span. */
    public long growth(ToLongFunction<Sample> counter) {
        return Math.round(value(counter, now().at()) - value(counter, now().at() - SPAN.toNanos()));
    }

    private double mean(ToLongFunction<Sample> counter, long from, long to) {
        return Math.max(0, value(counter, to) - value(counter, from)) * SECOND / (to - from);
    }

    /** The counter at that time; before the first sample its first value. */
    private double value(ToLongFunction<Sample> counter, long time) {
        int after = firstAfter(Sample::at, time);
        if (after == 0) {
            return counter.applyAsLong(samples.get(0));
        }
        Sample before = samples.get(after - 1);
        if (after == samples.size()) {
            return counter.applyAsLong(before);
        }
        Sample next = samples.get(after);
        double share = (double) (time - before.at()) / (next.at() - before.at());
        return counter.applyAsLong(before) + share * (counter.applyAsLong(next) - counter.applyAsLong(before));
    }

    /** The index of the first sample of which {@code counter} is greater; the number of samples if it is of none. */
    private int firstAfter(ToLongFunction<Sample> counter, long value) {
        int low = 0;
        int high = samples.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (counter.applyAsLong(samples.get(middle)) > value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** How long ago the message of this number came; zero if it has not, empty if that was before the first sample. */
    public Optional<Duration> age(long number) {
        int came = firstAfter(Sample::next, number);
        if (came == samples.size()) {
            return Optional.of(Duration.ZERO);
        }
        if (came == 0) {
            return Optional.empty();
        }
        Sample before = samples.get(came - 1);
        Sample after = samples.get(came);
        double share = (double) (number - before.next()) / (after.next() - before.next());
        return Optional.of(Duration.ofNanos(now().at() - before.at() - Math.round(share * (after.at() - before.at()))));
    }

    /**
     * The course of the rate, oldest first, without the step in progress. The steps are at the same times in every call. There
     * are fewer than the span has while the relay is young.
     */
    public List<Point> course() {
        long step = STEP.toNanos();
        long end = Math.floorDiv(now().at(), step) * step;
        List<Point> points = new ArrayList<>();
        for (long i = SPAN.dividedBy(STEP); i > 0; i--) {
            long from = end - i * step;
            if (from >= begin()) {
                points.add(new Point(
                        mean(Sample::received, from, from + step),
                        value(Sample::missed, from + step) > value(Sample::missed, from)));
            }
        }
        return points;
    }
}
