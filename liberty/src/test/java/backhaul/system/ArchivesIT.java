package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The archives and packages give the same files with the same modes, whatever umask they are unpacked under. */
@Tag("shell")
class ArchivesIT {
    /** A line of {@code tar tv}: mode, owner, path. */
    private static final Pattern ENTRY = Pattern.compile("(?m)^(\\S{10}) (\\S+) +\\d+ \\S+ \\S+ (.*?)(?: -> .*)?$");

    private static Stream<List<String>> archives() {
        return Stream.of(
                listing("tar", "tzvf", Build.archive("liberty", "backhaul-relay")),
                listing("tar", "tzvf", Build.archive("agent-cli", "backhaul-agent")),
                listing("dpkg-deb", "--contents", Build.debianPackage("liberty", "backhaul-relay")),
                listing("dpkg-deb", "--contents", Build.debianPackage("agent-cli", "backhaul-agent")),
                listing("dpkg-deb", "--contents", Build.debianPackage("ca-scripts", "backhaul-ca")));
    }

    private static List<String> listing(String tool, String how, Path file) {
        return List.of(Tool.require(tool), how, file.toString());
    }

    @ParameterizedTest
    @MethodSource("archives")
    void everyFolderIsAnEntryWithItsModeBeforeWhatIsInIt(List<String> listing) {
        String said = Command.run(Build.scratch("archive"), Map.of(), listing)
                .expect(0)
                .output();
        List<MatchResult> entries = ENTRY.matcher(said).results().toList();
        assertThat(entries).hasSameSizeAs(said.lines().toList()).hasSizeGreaterThan(5);
        TreeSet<String> folders = new TreeSet<>(List.of(".", ""));
        for (MatchResult entry : entries) {
            String path = entry.group(3).replaceFirst("/$", "");
            assertThat(entry.group(1))
                    .as("the mode of %s", path)
                    .isIn("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx");
            assertThat(entry.group(2)).as("the owner of %s", path).isIn("root/root", "0/0");
            if (entry.group(1).startsWith("d")) {
                assertThat(folders.add(path)).as("%s is there once", path).isTrue();
            }
            // With --no-overwrite-dir tar leaves a folder that it has had to make itself as it is.
            assertThat(folders).as("what stands before %s", path).contains(path.replaceFirst("/?[^/]*$", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({"027, backhaul-agent", "077, backhaul-agent", "027, backhaul-relay", "077, backhaul-relay"})
    void unpackedUnderAnyUmaskItRunsAsAnotherUser(String umask, String program) throws IOException {
        Tool.requireRoot();
        String setpriv = Tool.require("setpriv");
        boolean relay = program.equals("backhaul-relay");
        Path archive = Build.archive(relay ? "liberty" : "agent-cli", program);
        // Not in the build's own folder: another user may not get there.
        Path folder = Files.createTempDirectory("backhaul-umask");
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            sh("umask " + umask + "; tar xzf " + archive + " -C " + folder + (relay ? "" : " --strip-components=1"))
                    .expect(0);
            String nobody = setpriv + " --reuid=nobody --regid=nogroup --clear-groups ";
            assertThat(sh("cd /; " + nobody + "find " + folder + " ! -readable -o -type d ! -executable")
                            .expect(0)
                            .output())
                    .isEmpty();
            Command run = sh("cd /; " + nobody + folder + "/bin/" + program + (relay ? " check" : " --version"));
            assertThat(run.expect(relay ? 78 : 0).output()).contains(relay ? "relay.tls.cert" : program + " ");
        } finally {
            sh("rm -r " + folder).expect(0);
        }
    }

    private static Command sh(String script) {
        Map<String, String> java = Map.of("JAVA_HOME", System.getProperty("java.home"));
        return Command.run(Build.scratch("archive"), java, List.of("sh", "-euc", script));
    }
}
