package backhaul.agent;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Notes which signal has asked for the end: nobody asked for any other end of the program. Handlers run on threads of
 * the JVM.
 *
 * <p>It uses {@code sun.misc.Signal}, which every JDK has (JEP 260), by reflection: the compiler warns of it, and the
 * warning cannot be suppressed.
 */
final class Signals {
    private static final Logger LOG = System.getLogger(Signals.class.getPackageName());

    private static volatile boolean known; // written by main; false if the JVM leaves signals alone (-Xrs)
    private static volatile String ending; // written by a handler; null if none has come

    private Signals() {}

    /** From now on, notes each signal that ends a program. */
    static void watch() {
        known = handle("TERM", () -> end("SIGTERM", 128 + 15)) & handle("INT", () -> end("SIGINT", 128 + 2));
    }

    /** From now on, SIGHUP ends nothing. */
    static void surviveHangup() {
        handle(
                "HUP",
                () -> LOG.log(
                        Level.INFO,
                        "SIGHUP: nothing to do, certificate files are looked at every five seconds; for other settings"
                                + " restart the agent"));
    }

    /** The signal that asked for the end, or a note that there may have been one; null if there was none. */
    static String ending() {
        return known ? ending : "a signal";
    }

    private static void end(String name, int status) {
        ending = name;
        System.exit(status); // as the JVM does by itself
    }

    private static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object running = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        action.run(); // the interface has no other method
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), running);
            return true;
        } catch (InvocationTargetException e) {
            return false; // no such signal here, or it belongs to others
        } catch (ReflectiveOperationException e) {
            return false; // this JVM has no such class
        }
    }
}
