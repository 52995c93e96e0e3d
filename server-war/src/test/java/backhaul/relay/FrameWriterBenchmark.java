package backhaul.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The cost of a message between the ring and TLS, in both framings, without TLS itself. */
@State(Scope.Thread)
public class FrameWriterBenchmark {
    private static final int MESSAGES = 1024;

    /** Bytes of messages in one batch, about half of what one can hold; a multiple of every length. */
    private static final int BATCH = 64 * 1024;

    /** One LF in this many bytes, as in a stack trace. */
    private static final int TRACE_LINE = 64;

    @Param({"64", "256", "1024", "8192"})
    private int octets;

    private Batch plain;
    private Batch withFeeds;
    private int batches;
    private final Nothing out = new Nothing();
    private final FrameWriter octetCounted = new FrameWriter.OctetCounted(new AgentOutput(out));
    private final FrameWriter lines = new FrameWriter.Lines(new AgentOutput(out));

    @Setup
    public void fill() {
        plain = batch(octets);
        withFeeds = batch(TRACE_LINE);
        batches = MESSAGES * octets / BATCH;
    }

    /** A batch of messages with an LF after each {@code part} bytes, the last of which ends the message. */
    private Batch batch(int part) {
        ByteBuffer message = ByteBuffer.allocate(octets);
        for (int i = 0; i < octets; i++) {
            message.put(i, (byte) ((i + 1) % part == 0 ? '\n' : 'x'));
        }
        Backlog backlog = Backlog.inMemory(1 << 20);
        for (int i = 0; i < BATCH / octets; i++) {
            backlog.append(message);
        }
        Batch batch = new Batch(2 * BATCH);
        if (!backlog.read(0, batch) || batch.messages() != BATCH / octets) {
            throw new IllegalStateException("a batch of " + batch.messages() + " messages");
        }
        return batch;
    }

    private long write(FrameWriter writer, Batch batch) throws IOException {
        for (int i = 0; i < batches; i++) {
            writer.messages(batch);
        }
        return out.taken;
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long octetCounted() throws IOException {
        return write(octetCounted, plain);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long lines() throws IOException {
        return write(lines, plain);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long linesWithFeedsToEscape() throws IOException {
        return write(lines, withFeeds);
    }

    /** Takes whatever comes. */
    private static final class Nothing extends OutputStream {
        private long taken;

        @Override
        public void write(int octet) {
            taken++;
        }

        @Override
        public void write(byte[] octets, int from, int length) {
            taken += length;
        }
    }
}
