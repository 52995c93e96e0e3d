package backhaul.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports things that are about to expire, once each {@code 30, 14, 7, 3} and {@code 1} days before and once when they
 * do. The first look reports everything that is due by then. One thread at a time.
 */
public final class ExpiryWatch {
    /** Days left at which there is something to report. */
    private static final int[] STEPS = {30, 14, 7, 3, 1, 0};

    private final Map<Expiry, Integer> said = new HashMap<>(); // the step
    private Credentials looked; // the last to be looked through; null before the first
    private Instant lookedAt;
    private Instant next; // when there is something new to report of those

    /** Sentences that are due now. Costs next to nothing until there can be one; call it often. */
    public List<String> due(Credentials current, Instant now) {
        if (current == looked && now.isBefore(next) && !now.isBefore(lookedAt)) { // a clock may be set back
            return List.of();
        }
        List<Expiry> expiries = current.expiries(now);
        looked = current;
        lookedAt = now;
        next = next(expiries, now);
        return due(expiries, now);
    }

    private static Instant next(List<Expiry> expiries, Instant now) {
        Instant next = Instant.MAX;
        for (Expiry expiry : expiries) {
            for (int step : STEPS) {
                Instant reached = expiry.end().minus(Duration.ofDays(step));
                if (reached.isAfter(now) && reached.isBefore(next)) {
                    next = reached;
                }
            }
        }
        return next;
    }

    /** Sentences that are due now. */
    List<String> due(List<Expiry> expiries, Instant now) {
        said.keySet().retainAll(expiries); // replaced ones no longer matter
        List<String> due = new ArrayList<>();
        for (Expiry expiry : expiries) {
            int step = step(expiry, now);
            if (step < said.getOrDefault(expiry, Integer.MAX_VALUE)) {
                said.put(expiry, step);
                due.add(expiry.sentence(now));
            }
        }
        return due;
    }

    /** The lowest step reached; MAX_VALUE if none is. */
    private static int step(Expiry expiry, Instant now) {
        int reached = Integer.MAX_VALUE;
        for (int step : STEPS) {
            reached = now.isBefore(expiry.end().minus(Duration.ofDays(step))) ? reached : step;
        }
        return reached;
    }
}
