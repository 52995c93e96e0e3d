package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import backhaul.transport.ControlLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a message costs between TLS and the collector: finding it in what was received, in both framings, and handing it
 * over. In the place of TLS are full records in memory, in that of the collector is nothing.
 */
@State(Scope.Thread)
public class FrameReaderBenchmark {
    private static final int MESSAGES = 1024;

    /** Octets of messages in memory; a multiple of every length. */
    private static final int BATCH = 64 * 1024;

    @Param({"64", "256", "1024", "8192"})
    private int octets;

    private final Count count = new Count();
    private Records counted;
    private Records lines;
    private FrameReader countedReader;
    private FrameReader lineReader;
    private FrameReader handingReader;

    @Setup
    public void fill() throws IOException {
        String message = "x".repeat(octets);
        counted = new Records(octets + " " + message, BATCH / octets, MESSAGES * octets / BATCH);
        lines = new Records(message + "\n", BATCH / octets, MESSAGES * octets / BATCH);
        countedReader = new FrameReader(counted, count);
        lineReader = new FrameReader(lines, count);
        handingReader = new FrameReader(counted, new Handing());
        if (octetCounted() != MESSAGES || lines() != 2 * MESSAGES || handedOver() != 3 * MESSAGES) {
            throw new IllegalStateException("not all messages are found");
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long octetCounted() throws IOException {
        counted.rewind();
        countedReader.readOctetCounted();
        return count.messages;
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long lines() throws IOException {
        lines.rewind();
        lineReader.readLines();
        return count.messages;
    }

    /** Octet-counted, and handed to a collector that takes everything. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long handedOver() throws IOException {
        counted.rewind();
        handingReader.readOctetCounted();
        return count.messages;
    }

    /** The same octets again and again, a TLS record at a time, until the end of the stream. */
    private static final class Records extends InputStream {
        private static final int RECORD = 16 * 1024; // octets

        private final byte[] batch;
        private final int batches;
        private int at; // in the batch
        private int read; // batches

        Records(String frame, int frames, int batches) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            for (int i = 0; i < frames; i++) {
                stream.writeBytes(frame.getBytes(US_ASCII));
            }
            this.batch = stream.toByteArray();
            this.batches = batches;
        }

        void rewind() {
            at = 0;
            read = 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (read == batches) {
                return -1;
            }
            int octets = Math.min(Math.min(length, RECORD), batch.length - at);
            System.arraycopy(batch, at, into, offset, octets);
            at += octets;
            if (at == batch.length) {
                at = 0;
                read++;
            }
            return octets;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("a record at a time");
        }
    }

    /** Takes every message, and only counts them: as a reader's sink, and as the way to the collector. */
    private static final class Count implements FrameSink, SyslogSender {
        private long messages;

        @Override
        public void message(byte[] octets, int offset, int length) {
            messages++;
        }

        @Override
        public void send(byte[] octets, int offset, int length) {
            messages++;
        }

        @Override
        public void skipped(long length) {}

        @Override
        public void control(ControlLine line) {}

        @Override
        public boolean offer() {
            return true;
        }

        @Override
        public int held() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** What a connection does with what its reader finds. */
    private final class Handing implements FrameSink {
        private final Handover handover;

        Handing() {
            HostPort relay = new HostPort("relay.example.org", 514);
            Silence silence = new Silence(relay, Duration.ofHours(1), null);
            handover = new Handover(relay, count, new Position(null), silence, new RelayLog(relay));
            handover.begin(new StreamStart("stream", 0, Duration.ofSeconds(5), -1));
        }

        @Override
        public void message(byte[] octets, int offset, int length) throws IOException {
            handover.message(octets, offset, length);
        }

        @Override
        public void skipped(long length) throws IOException {
            handover.skipped(length);
        }

        @Override
        public void control(ControlLine line) {}

        @Override
        public void drained() throws IOException {
            handover.flush();
        }
    }
}
