package backhaul.relay;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The memory-order argument of the ring, tried on the real processor. The build runs these for a bounded time. */
public final class BacklogStress {
    /** Bytes of one frame of these tests: {@code "5 " + five times the same byte}. */
    private static final int FRAME = 7;

    /** Bytes for the largest ring of these tests. */
    private static final int RING = 1024;

    private static final int RINGS = 1 << 16;
    private static final int FALSE_OCTET = 99;
    private static final int OVERRUN = -1;

    private BacklogStress() {}

    /** A mapped file, as the relay's, for the rings of all the states that the harness has alive at a time, and many more. */
    private static final ByteBuffer MEMORY = mapped(RINGS * RING);

    private static final AtomicInteger MADE = new AtomicInteger();

    private static ByteBuffer mapped(int octets) {
        try {
            Path file = Files.createTempFile("ring", "");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, octets);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Memory is given out in turns: a direct buffer for each state would be made faster than it can be freed. */
    private static Backlog backlog(int size, int positions) {
        int place = Math.floorMod(MADE.getAndIncrement(), RINGS);
        return Backlog.make(MEMORY.slice(place * RING, RING), size, positions, 0);
    }

    private static void append(Backlog backlog, int number) {
        byte[] message = new byte[FRAME - 2];
        java.util.Arrays.fill(message, (byte) ('A' + number));
        backlog.append(ByteBuffer.wrap(message));
    }

    /** How many messages a reader gets, or {@link #OVERRUN}; {@link #FALSE_OCTET} if one byte of them is wrong. */
    private static int read(Backlog backlog, int from) {
        Batch batch = new Batch(4 * FRAME);
        if (!backlog.read(from, batch)) {
            return OVERRUN;
        }
        if (batch.length() != batch.messages() * FRAME) {
            return FALSE_OCTET;
        }
        for (int i = 0; i < batch.length(); i++) {
            int inFrame = i % FRAME;
            int expected = inFrame == 0 ? '5' : inFrame == 1 ? ' ' : 'A' + from + i / FRAME;
            if (batch.octets()[i] != expected) {
                return FALSE_OCTET;
            }
        }
        return (int) batch.messages();
    }

    /** A published message is there as a whole. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "nothing yet")
    @Outcome(
            id = {"1", "2"},
            expect = ACCEPTABLE,
            desc = "whole messages")
    @Outcome(expect = FORBIDDEN, desc = "a false octet, or an overrun where there was none")
    @State
    public static class Publication {
        private final Backlog backlog = backlog(32, 8);

        @Actor
        public void receiver() {
            append(backlog, 0);
            append(backlog, 1);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(backlog, 0);
        }
    }

    /** The possible results of a reader that is overrun while it copies. */
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "overrun, and noticed")
    @Outcome(
            id = {"1", "2"},
            expect = ACCEPTABLE,
            desc = "whole messages")
    @Outcome(expect = FORBIDDEN, desc = "a false octet")
    public static class Overwritten {}

    /** A reader whose bytes are overwritten while it copies either has the old ones or knows. */
    @JCStressTest
    @JCStressMeta(Overwritten.class)
    @State
    public static class OverwrittenOctets {
        private final Backlog backlog = backlog(2 * FRAME + 2, 16);

        public OverwrittenOctets() {
            append(backlog, 0);
            append(backlog, 1);
        }

        @Actor
        public void receiver() {
            append(backlog, 2);
            append(backlog, 3);
            append(backlog, 4);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(backlog, 0);
        }
    }

    /** The same if the positions run out before the bytes do. */
    @JCStressTest
    @JCStressMeta(Overwritten.class)
    @State
    public static class OverwrittenPositions {
        private final Backlog backlog = backlog(256, 3);

        public OverwrittenPositions() {
            append(backlog, 0);
            append(backlog, 1);
        }

        @Actor
        public void receiver() {
            append(backlog, 2);
            append(backlog, 3);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(backlog, 0);
        }
    }

    /** A writer that goes to sleep beside an append is either woken or does not sleep. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1", "0, 0"},
            expect = ACCEPTABLE,
            desc = "woken, awake, or both")
    @Outcome(id = "0, 1", expect = FORBIDDEN, desc = "asleep, and nobody knows")
    @State
    public static class Waking {
        private final Backlog backlog = backlog(32, 8);
        private final AgentQueue queue = new AgentQueue(backlog, 0);

        @Actor
        public void receiver(II_Result r) {
            append(backlog, 0);
            VarHandle.fullFence();
            r.r1 = queue.isWaiting() ? 1 : 0;
        }

        @Actor
        public void writer(II_Result r) {
            r.r2 = queue.announceWait() ? 1 : 0;
        }
    }
}
