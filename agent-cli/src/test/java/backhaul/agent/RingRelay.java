package backhaul.agent;

import backhaul.pki.Credentials;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;

/** A relay that keeps the contract by itself: a small ring of messages, sent from where each agent wants to go on. */
final class RingRelay implements Closeable {
    /** What agents are told; a machine that is busy for a while ends nothing. */
    private static final int HEARTBEAT = 5000; // ms

    /** It says that it is alive more often, for tests that wait for it. */
    private static final int ALIVE = 200; // ms

    private final FakeRelay relay;
    private final int capacity;
    private final Queue<FakeRelay.Session> sessions = new ConcurrentLinkedQueue<>();
    private final List<String> hellos = new ArrayList<>(); // guarded by this
    private final List<String> byes = new ArrayList<>(); // guarded by this
    private final List<String> messages = new ArrayList<>(); // guarded by this; of this stream, from number 0 on
    private String stream = "ring-1"; // guarded by this
    private volatile boolean closed;

    /** Keeps the newest {@code capacity} messages. */
    RingRelay(Credentials credentials, int capacity) throws IOException {
        this.relay = FakeRelay.octetCounted(credentials);
        this.capacity = capacity;
        thread(this::accept);
    }

    int port() {
        return relay.port();
    }

    synchronized void append(String message) {
        messages.add(message);
        notifyAll();
    }

    /** Appends {@code prefix0}, {@code prefix1} and so on. */
    synchronized void append(String prefix, int from, int to) {
        for (int i = from; i < to; i++) {
            append(prefix + i);
        }
    }

    /** The first lines of all agents so far. */
    synchronized List<String> hellos() {
        return List.copyOf(hellos);
    }

    /** What agents said in leaving. */
    synchronized List<String> byes() {
        return List.copyOf(byes);
    }

    /** Ends all connections as a network does that breaks. */
    void cut() {
        for (FakeRelay.Session session; (session = sessions.poll()) != null; ) {
            session.cut();
        }
    }

    /** A new run: the ring is empty, the stream another. */
    synchronized void restart(String id) {
        cut();
        stream = id;
        messages.clear();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        relay.close();
        synchronized (this) {
            notifyAll();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                FakeRelay.Session session = relay.session();
                sessions.add(session);
                thread(() -> serve(session));
            } catch (InterruptedException | TimeoutException e) {
                // none yet
            }
        }
    }

    private void serve(FakeRelay.Session session) {
        try {
            String[] hello = session.line().split(" ");
            String id;
            int next;
            synchronized (this) {
                hellos.add(String.join(" ", hello));
                id = stream;
                next = hello.length < 4
                        ? messages.size()
                        : hello[2].equals(id) ? Math.min(Integer.parseInt(hello[3]), messages.size()) : oldest();
            }
            session.send("STREAM " + id + " " + next + " " + HEARTBEAT + "\n");
            thread(() -> read(session));
            while (!closed) {
                StringBuilder frames = new StringBuilder();
                synchronized (this) {
                    if (!stream.equals(id)) {
                        return;
                    }
                    if (next == messages.size()) {
                        wait(ALIVE);
                    }
                    if (next < oldest()) {
                        frames.append("LOST ").append(oldest() - next).append(" overrun\n");
                        next = oldest();
                    }
                    for (; next < messages.size(); next++) {
                        frames.append(messages.get(next).length()).append(' ').append(messages.get(next));
                    }
                }
                session.send(frames.length() == 0 ? "ALIVE\n" : frames.toString());
            }
        } catch (IOException | InterruptedException e) {
            session.cut();
        }
    }

    private int oldest() {
        return Math.max(0, messages.size() - capacity);
    }

    private void read(FakeRelay.Session session) {
        try {
            for (String line = session.lineButAlive(); line != null; line = session.lineButAlive()) {
                synchronized (this) {
                    byes.add(line);
                }
            }
            session.tls.close();
        } catch (IOException e) {
            session.cut();
        }
    }

    private static void thread(Runnable job) {
        Thread thread = new Thread(job, "ring relay");
        thread.setDaemon(true);
        thread.start();
    }
}
