package backhaul.system;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of the machine that a test needs. */
final class Tool {
    private Tool() {}

    /** The program's path; without it the test is skipped, or fails where nothing may be skipped. */
    static String require(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        Path found = Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (found == null) {
            lacking(name + " is not installed (looked in " + path + ")");
        }
        return found.toString();
    }

    /** The same for the rights of root. */
    static void requireRoot() {
        String user = System.getProperty("user.name");
        if (!"root".equals(user)) {
            lacking("network namespaces and mounts need root, this is " + user);
        }
    }

    /** Skips the test for this reason, or fails it where nothing may be skipped. */
    static void lacking(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            Assertions.fail(reason + ", and CI=true: nothing is skipped");
        }
        Assumptions.abort(reason);
    }
}
