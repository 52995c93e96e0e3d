package backhaul.agent;

import backhaul.transport.Wire;
import java.util.concurrent.atomic.AtomicLong;

/** A number that one thread writes, at the price of a plain field, and any thread may read: it gets a value of late. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    /** Counts no further than a number of the wire goes: several of them can still be added up. */
    void add(long more) {
        value.setOpaque(Math.min(value.getPlain() + more, Wire.MAX_NUMBER));
    }

    void set(long now) {
        value.setOpaque(now);
    }

    long get() {
        return value.getOpaque();
    }
}
