package backhaul.agent;

/**
 * Where the agent has got to in one relay's stream. It moves after a message was handed to the kernel. While the collector
 * has refused messages that are yet to be repeated, {@link #safe} stays before them: an agent that ends then has them sent
 * again rather than lost.
 *
 * <p>Moved by that relay's loop only; {@link #safe} is read by the thread that saves it.
 */
final class Position {
    /** A stream, and the number of the message in it that comes next. */
    record Mark(String stream, long next) {}

    /** No sender holds more messages than that. */
    private static final int REMEMBERED = 4096;

    private final long[] before = new long[REMEMBERED]; // loop only: the position before each message handed over
    private long handed; // loop only: messages handed over in this stream

    private String stream; // guarded by this; null before the first stream
    private long next; // guarded by this
    private long safe; // guarded by this

    Position(Mark saved) {
        if (saved != null) {
            begin(saved);
        }
    }

    /** Goes on at this place, which may be in another stream. */
    synchronized void begin(Mark mark) {
        stream = mark.stream();
        next = mark.next();
        safe = next;
        handed = 0;
    }

    /** A message was handed over, for so many numbers of the stream. */
    synchronized void handed(long numbers) {
        before[(int) (handed++ % REMEMBERED)] = next;
        skip(numbers);
    }

    /** So many numbers have no message. */
    synchronized void skip(long numbers) {
        next += numbers;
        safe = next;
    }

    /** Of the messages handed over, the last {@code count} were refused and will be repeated. */
    synchronized void hold(int count) {
        long first = handed - Math.min(Math.min(count, REMEMBERED), handed);
        safe = first == handed ? next : before[(int) (first % REMEMBERED)];
    }

    /** What to ask the relay for, held messages excluded; null before the first stream. */
    synchronized Mark mark() {
        return stream == null ? null : new Mark(stream, next);
    }

    /** What a later run is to ask for; null before the first stream. */
    synchronized Mark safe() {
        return stream == null ? null : new Mark(stream, safe);
    }
}
