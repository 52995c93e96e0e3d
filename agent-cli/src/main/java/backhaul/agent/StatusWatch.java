package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine;

/**
 * {@code backhaul-agent status --watch}: shows the status again and again, in the same place on a terminal, otherwise
 * one below the other. It ends on a signal, or when the reader of the output has ended. One thread.
 */
final class StatusWatch {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    // ECMA-48: to the first place; erase to the end of the line, and of the screen.
    private static final String HOME = "\033[H";
    private static final String END_OF_LINE = "\033[K";
    private static final String END_OF_SCREEN = "\033[J";

    private final Path file;
    private final OutputStream out;
    private final boolean inPlace;

    private FileTime shown; // of the file when it was shown last; null if there was none
    private Instant due = Instant.MIN; // when it is shown even if nothing has changed

    StatusWatch(Path file, OutputStream out, boolean inPlace) {
        this.file = file;
        this.out = out;
        this.inPlace = inPlace;
    }

    static StatusWatch onStandardOutput(Path file) {
        return new StatusWatch(
                file, new FileOutputStream(FileDescriptor.out), TailOutput.isCapableTerminal(System.getenv()));
    }

    /** Continues until the output ends; returns the exit status. */
    int run() {
        StopSignal never = new StopSignal();
        try {
            do {
                look(Instant.now());
            } while (!never.await(INTERVAL));
            return AgentCommand.UNEXPECTED;
        } catch (IOException e) {
            return inPlace ? CommandLine.ExitCode.OK : TailOutput.end(e);
        }
    }

    /**
     * Shows it if it is time. Without a terminal it shows only changes, but often enough to notice that nobody reads
     * any more.
     *
     * @throws IOException if the output has ended
     */
    void look(Instant now) throws IOException {
        FileTime written = written();
        boolean changed = written == null ? shown != null : !written.equals(shown);
        if (!inPlace && !changed && now.isBefore(due)) {
            return;
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new AgentStatus(file, new PrintStream(text, false, UTF_8), now).run();
        boolean first = due.equals(Instant.MIN);
        out.write(placed(text.toString(UTF_8), first).getBytes(UTF_8));
        out.flush();
        shown = written;
        due = now.plus(MetricsFile.INTERVAL);
    }

    private String placed(String status, boolean first) {
        return inPlace ? HOME + status.replace("\n", END_OF_LINE + "\n") + END_OF_SCREEN : (first ? "" : "\n") + status;
    }

    private FileTime written() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return null;
        }
    }
}
