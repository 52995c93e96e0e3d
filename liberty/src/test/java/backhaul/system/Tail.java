package backhaul.system;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** Follows a file that somebody else appends lines to, and hands each on, on a thread of its own. */
final class Tail implements AutoCloseable {
    private final Path file;
    private final Consumer<byte[]> lines;
    private final Thread thread;
    private volatile boolean closed;

    /** There may be no file yet. */
    Tail(Path file, Consumer<byte[]> lines) {
        this.file = file;
        this.lines = lines;
        thread = new Thread(this::read, "tail-" + file.getParent().getFileName());
        thread.start();
    }

    private void read() {
        byte[] octets = new byte[1 << 17];
        int held = 0;
        try {
            while (!Files.exists(file) && !closed) {
                Thread.sleep(5);
            }
            if (closed) {
                return;
            }
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                while (!closed) {
                    int came = in.read(octets, held, octets.length - held);
                    if (came <= 0) {
                        Thread.sleep(5); // no condition to wait for: a file that grows tells nobody
                        continue;
                    }
                    held += came;
                    int begin = 0;
                    for (int i = held - came; i < held; i++) {
                        if (octets[i] == '\n') {
                            lines.accept(Arrays.copyOfRange(octets, begin, i));
                            begin = i + 1;
                        }
                    }
                    System.arraycopy(octets, begin, octets, 0, held - begin);
                    held -= begin;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Wait.SOON.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
