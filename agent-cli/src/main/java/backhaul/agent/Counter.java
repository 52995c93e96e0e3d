package backhaul.agent;

import java.util.concurrent.atomic.AtomicLong;

/** A number that one thread writes, at the price of a plain field, and any thread may read: it gets a value of late. */
final class Counter {
    private final AtomicLong value = new AtomicLong();

    void add(long more) {
        value.setOpaque(value.getPlain() + more);
    }

    void set(long now) {
        value.setOpaque(now);
    }

    long get() {
        return value.getOpaque();
    }
}
