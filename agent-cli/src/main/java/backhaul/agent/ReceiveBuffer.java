package backhaul.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds how much the kernel lets a UDP socket of this machine hold. The tables under {@code /proc} do not show it;
 * {@code ss} of iproute2 asks by sock_diag(7), which Java cannot. It runs once for each new socket, and takes some
 * milliseconds.
 */
final class ReceiveBuffer {
    private static final long LIMIT_MILLIS = 1_000;
    private static final File NOTHING = new File("/dev/null");

    private ReceiveBuffer() {}

    /**
     * Bytes with the kernel's overhead (truesize) of the socket at this port with this inode; 0 if it cannot be found.
     */
    static long of(int port, long inode) {
        return run(new String[] {"ss", "-Hnuame", "sport", "=", ":" + port}, inode);
    }

    /** For {@link #of}, with another command in its place. */
    static long run(String[] command, long inode) {
        try {
            // Its output for one port fits into a pipe: it ends without being read.
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(NOTHING))
                    .start();
            try (InputStream output = process.getInputStream()) {
                return process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                        ? parse(new String(output.readAllBytes(), US_ASCII), inode)
                        : 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return 0; // there is no iproute2, or we may not use it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Parses {@code UNCONN 0 0 127.0.0.1:514 0.0.0.0:* ino:4711 … skmem:(r0,rb212992,…)}. */
    private static long parse(String text, long inode) {
        Matcher buffer = Pattern.compile("\\bino:" + inode + "\\s[^\\n]*\\n?[^\\n]*skmem:\\([^)]*\\brb(\\d{1,18})\\b")
                .matcher(text);
        return buffer.find() ? Long.parseLong(buffer.group(1)) : 0;
    }
}
