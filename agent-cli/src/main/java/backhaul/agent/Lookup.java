package backhaul.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A look-up of a name that ends: a resolver that is cut off can take minutes. */
final class Lookup {
    private Lookup() {}

    static InetAddress[] addresses(String host, Duration limit) throws IOException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
        Thread thread = new Thread(lookup, "lookup");
        thread.setDaemon(true);
        thread.start();
        try {
            return lookup.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ConnectionEnd(
                    "the name " + host + " could not be looked up within " + DurationText.show(limit)
                            + ": this machine's resolver does not answer",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionEnd("the look-up of " + host + " was interrupted", e);
        }
    }
}
