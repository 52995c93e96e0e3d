package backhaul.agent;

import backhaul.transport.Wire;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The agent's position in one relay's stream. It moves after a message was handed to the kernel. While refused messages
 * are yet to be repeated to the collector, {@link #safe} stays before them: if the agent ends then, they are sent again
 * rather than lost.
 *
 * <p>Moved by that relay's loop only; {@link #safe} is read by the thread that saves it.
 */
final class Position {
    /** A stream, and the number of the message in it that comes next. */
    record Mark(String stream, long next) {}

    /** No sender holds more messages than that: copies, and those collected behind them. */
    private static final int REMEMBERED = 2 * ResendBuffer.MOST;

    private final long[] before = new long[REMEMBERED]; // loop only: the position before each message handed over
    private long handed; // loop only: messages handed over in this stream

    private volatile Stream current; // null before the first stream

    /** A stream and how far it has got. */
    private static final class Stream {
        final String id;

        // Written by the loop with release order, which costs nothing per message; a reader gets a recent value.
        final AtomicLong next;
        final AtomicLong safe;

        Stream(Mark mark) {
            id = mark.stream();
            next = new AtomicLong(mark.next());
            safe = new AtomicLong(mark.next());
        }
    }

    /** How many messages before the first stream's begin are wanted; none if there is a position. */
    private final long back;

    private final Runnable moved;
    private Stream told; // loop only: where it was when that was called last; null before
    private long toldSafe; // likewise

    Position(Mark saved) {
        this(saved, 0);
    }

    Position(Mark saved, long back) {
        this(saved, back, () -> {});
    }

    /** @param moved called on the loop when it pauses, if {@link #safe} has moved since; does not wait */
    Position(Mark saved, long back, Runnable moved) {
        this.back = back;
        this.moved = moved;
        if (saved != null) {
            begin(saved);
        }
    }

    /** Are messages wanted that came before the first stream begins? */
    boolean isToReachBack() {
        return current == null && back > 0;
    }

    /** The place to begin at instead of this one in the first stream; null if this one is right. */
    Mark earlier(Mark begin) {
        long next = Math.max(0, begin.next() - back);
        return current == null && next < begin.next() ? new Mark(begin.stream(), next) : null;
    }

    /** Continues at this place, which may be in another stream. */
    void begin(Mark mark) {
        if (mark.equals(mark())) {
            return; // earlier messages may yet have to be repeated
        }
        current = new Stream(mark);
        handed = 0;
    }

    /**
     * A message was handed over for this many numbers of the stream; the last {@code held} are not on their way yet.
     */
    void handed(long numbers, int held) {
        Stream stream = current;
        long next = stream.next.getPlain();
        before[(int) (handed++ % REMEMBERED)] = next;
        stream.next.setRelease(add(next, numbers));
        hold(held);
    }

    /** This many numbers have no message; {@link #hold} decides how far {@link #safe} may follow. */
    void skip(long numbers) {
        Stream stream = current;
        stream.next.setRelease(add(stream.next.getPlain(), numbers));
    }

    /** Of the messages handed over, the last {@code held} were refused and will be repeated, or are not on their way. */
    void hold(int held) {
        Stream stream = current;
        if (stream != null) {
            long first = handed - Math.min(Math.min(held, REMEMBERED), handed);
            stream.safe.setRelease(first == handed ? stream.next.getPlain() : before[(int) (first % REMEMBERED)]);
        }
    }

    /** The loop may wait next. Whoever saves the position need not look for a move, which would cost each message. */
    void pause() {
        Stream stream = current;
        if (stream != null && (stream != told || stream.safe.getPlain() != toldSafe)) {
            told = stream;
            toldSafe = stream.safe.getPlain();
            moved.run();
        }
    }

    /**
     * A relay that counts beyond the largest number is always asked for that one; no sum exceeds the limit of the
     * contract.
     */
    private static long add(long next, long numbers) {
        return Math.min(next + numbers, Wire.MAX_NUMBER);
    }

    /** The position to ask the relay for, without held messages; null before the first stream. */
    Mark mark() {
        Stream stream = current;
        return stream == null ? null : new Mark(stream.id, stream.next.getAcquire());
    }

    /** How many numbers of the stream a later run asks for again. */
    long heldNumbers() {
        Stream stream = current;
        return stream == null ? 0 : stream.next.getAcquire() - stream.safe.getAcquire();
    }

    /** The position that a later run asks for; null before the first stream. */
    Mark safe() {
        Stream stream = current;
        return stream == null ? null : new Mark(stream.id, stream.safe.getAcquire());
    }
}
