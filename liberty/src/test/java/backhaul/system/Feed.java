package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Numbered messages at a steady rate through the host's syslog daemon, on a thread of its own, until it is stopped. */
final class Feed implements AutoCloseable {
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(5);

    private final String stream;
    private final int perSecond;
    private final SocketChannel connection;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile int fed; // written by the thread
    private volatile IOException failure; // likewise

    private Feed(RsyslogHost host, String stream, int perSecond) {
        this.stream = stream;
        this.perSecond = perSecond;
        try {
            connection = host.connect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::feed, "feed-" + stream);
        thread.start();
    }

    static Feed start(RsyslogHost host, String stream, int perSecond) {
        return new Feed(host, stream, perSecond);
    }

    private void feed() {
        long begin = System.nanoTime();
        try {
            while (!stopped) {
                long due = (System.nanoTime() - begin) * perSecond / TimeUnit.SECONDS.toNanos(1);
                StringBuilder lines = new StringBuilder();
                int to = fed;
                for (; to <= due; to++) {
                    lines.append(Messages.numbered(stream, to)).append('\n');
                }
                RsyslogHost.write(connection, lines.toString());
                fed = to;
                LockSupport.parkNanos(STEP);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** How many messages the daemon has been handed, which is the number of the next one. */
    int fed() {
        return fed;
    }

    /** Waits until the feed has continued for this long. */
    void goOnFor(Duration time) {
        int until = fed + (int) (time.toMillis() * perSecond / 1000);
        Wait.until("the feed has come to " + until, time.plus(Wait.SOON), () -> fed >= until || failure != null);
    }

    /** Ends it; returns the number of messages. */
    int stop() {
        stopped = true;
        try {
            thread.join(Wait.SOON.toMillis());
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (failure != null) {
            throw new UncheckedIOException(failure);
        }
        return fed;
    }

    @Override
    public void close() {
        stop();
    }
}
