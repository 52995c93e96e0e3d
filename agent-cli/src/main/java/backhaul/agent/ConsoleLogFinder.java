package backhaul.agent;

import java.lang.System.Logger;
import java.lang.System.LoggerFinder;

/** Makes every {@code System.Logger} of the program write to standard error, without java.util.logging. */
public final class ConsoleLogFinder extends LoggerFinder {
    @Override
    public Logger getLogger(String name, Module module) {
        return new ConsoleLog(name);
    }
}
