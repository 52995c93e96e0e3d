package backhaul.agent;

import backhaul.transport.ControlLine;
import backhaul.transport.Wire;
import java.io.IOException;
import java.time.Duration;

/**
 * Writes everything that the agent sends to a relay: {@code HELLO}, {@code ALIVE} after each heartbeat interval, and
 * {@code BYE} and close_notify at the end. It runs on its own thread, the only one that writes, which only the network
 * can hold up. A write that fails is not reported: the reader of the same connection learns more.
 */
final class RelayWriter implements Runnable {
    private final RelaySocket socket;
    private final ControlLine hello;

    private Duration interval; // guarded by this; null until the relay has sent it
    private boolean finished; // guarded by this
    private ControlLine bye; // guarded by this; null for none

    /** If {@code hello} is null, for a relay that reads nothing, no application data is ever sent. */
    RelayWriter(RelaySocket socket, ControlLine hello) {
        this.socket = socket;
        this.hello = hello;
    }

    @Override
    public void run() {
        try {
            if (hello != null) {
                socket.say(hello);
            }
            while (!awaitFinish()) { // which waits only for the end if nobody has asked for a heartbeat
                socket.say(ControlLine.of(Wire.ALIVE));
            }
            if (bye() != null) {
                socket.say(bye());
            }
            socket.endOutput();
        } catch (IOException e) {
            // see above
        }
    }

    /** Sends {@code ALIVE} each interval from now on. */
    synchronized void beat(Duration every) {
        interval = every;
        notifyAll();
    }

    /** Closes the output, with {@code BYE} if {@code last} is not null; only the first call counts. */
    synchronized void finish(ControlLine last) {
        if (!finished) {
            finished = true;
            bye = last;
            notifyAll();
        }
    }

    private synchronized ControlLine bye() {
        return bye;
    }

    /** Waits for an interval, or for the end; true at the end. */
    private synchronized boolean awaitFinish() {
        long begin = System.nanoTime();
        try {
            while (!finished) {
                if (interval == null) {
                    wait();
                } else {
                    long left = interval.toNanos() - (System.nanoTime() - begin);
                    if (left <= 0) {
                        return false;
                    }
                    wait(left / 1_000_000 + 1);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}
