package backhaul.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** Standard output, shared by the printers of all relays. It writes whole lines; its end ends the command. */
final class TailOutput {
    // Part of st_mode, inode(7).
    private static final int KIND = 0170000;
    private static final int FIFO = 0010000;
    private static final int SOCKET = 0140000;

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private final OutputStream out;
    private final Runnable end;
    private IOException failure; // guarded by this; null while there is none

    /** {@code end} is called when {@code out} fails for the first time, before anybody learns of it. */
    TailOutput(OutputStream out, Runnable end) {
        this.out = out;
        this.end = end;
    }

    /** Waits for the reader. */
    synchronized void write(ByteArrayOutputStream lines) throws IOException {
        try {
            lines.writeTo(out);
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
                end.run();
            }
            throw e;
        }
    }

    /** Null for none. */
    synchronized IOException failure() {
        return failure;
    }

    /** Is standard output a terminal that knows control sequences, by this environment? */
    static boolean isCapableTerminal(Map<String, String> environment) {
        return !environment.getOrDefault("TERM", "dumb").equals("dumb") && isTerminal();
    }

    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(STANDARD_OUTPUT).toString().matches("/dev/(pts/|tty|console).*");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }

    /** The exit status of a command whose output has ended, by this failure if any; one that nobody asked for is reported. */
    static int end(IOException failure) {
        if (failure == null || hasReader()) {
            return CommandLine.ExitCode.OK; // `| head` has all that it wanted
        }
        System.err.println("The output cannot be written: " + failure.getMessage());
        return AgentCommand.UNEXPECTED;
    }

    /**
     * Does standard output have a reader at its other end, which may go away? The system's messages about it are
     * translated.
     */
    private static boolean hasReader() {
        try {
            int kind = (int) Files.getAttribute(STANDARD_OUTPUT, "unix:mode") & KIND;
            return kind == FIFO || kind == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return true;
        }
    }
}
