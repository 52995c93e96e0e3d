package backhaul.agent;

import backhaul.transport.DurationText;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks up a name within a limit: a resolver that is cut off can take minutes. The next look-up waits again for one
 * that did not end in time, so that there is never more than one thread in the resolver. Used by one thread, except for
 * {@link #cancel}.
 */
final class Lookup {
    /** Finds the addresses of a name. */
    interface Resolver {
        InetAddress[] resolve(String name) throws IOException;
    }

    private final String host;
    private final Resolver resolver;
    private volatile FutureTask<InetAddress[]> pending; // written by the using thread; null for none
    private volatile boolean cancelled; // written once, by cancel

    Lookup(String host, Resolver resolver) {
        this.host = host;
        this.resolver = resolver;
    }

    static InetAddress[] addresses(String host, Duration limit) throws IOException {
        return new Lookup(host, InetAddress::getAllByName).addresses(limit);
    }

    InetAddress[] addresses(Duration limit) throws IOException {
        FutureTask<InetAddress[]> lookup = pending;
        if (lookup == null) {
            lookup = new FutureTask<>(() -> resolver.resolve(host));
            pending = lookup;
            Thread thread = new Thread(lookup, "lookup");
            thread.setDaemon(true);
            thread.start();
        }
        if (cancelled) {
            lookup.cancel(false);
        }
        try {
            InetAddress[] found = lookup.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            pending = null;
            return found;
        } catch (TimeoutException e) {
            throw new ConnectionEnd(
                    "the name " + host + " could not be looked up within " + DurationText.show(limit)
                            + ": this machine's resolver does not answer",
                    e);
        } catch (ExecutionException e) {
            pending = null;
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionEnd("the look-up of " + host + " was interrupted", e);
        } catch (CancellationException e) {
            pending = null;
            throw new ConnectionEnd("the look-up of " + host + " was given up", e);
        }
    }

    /** Ends every wait, now and later. Any thread. */
    void cancel() {
        cancelled = true;
        FutureTask<InetAddress[]> lookup = pending;
        if (lookup != null) {
            lookup.cancel(false);
        }
    }
}
