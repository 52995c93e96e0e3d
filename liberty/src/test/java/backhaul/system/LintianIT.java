package backhaul.system;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's own check of packages. It takes its time with Liberty's jars, and does so beside the tests that mostly wait. */
@Tag("faults")
class LintianIT {
    @Test
    void findsNoErrorInThePackages() {
        Command.run(
                        Build.scratch("lintian"),
                        Map.of(),
                        List.of(
                                "nice",
                                Tool.require("lintian"),
                                "--allow-root",
                                "--fail-on=error",
                                Build.debianPackage("liberty", "backhaul-relay").toString(),
                                Build.debianPackage("agent-cli", "backhaul-agent")
                                        .toString(),
                                Build.debianPackage("ca-scripts", "backhaul-ca").toString()))
                .expect(0);
    }
}
