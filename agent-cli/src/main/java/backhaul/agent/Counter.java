package backhaul.agent;

import backhaul.transport.Wire;
import java.util.concurrent.atomic.AtomicLong;

/** A number that one thread writes, at the price of a plain field. Any thread may read it, and gets a recent value. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    /** Stops at the largest number of the wire: several of them can still be added up. */
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
