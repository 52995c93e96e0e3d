package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The first page, typed from its first line to its last on two machines that have Debian 13 and nothing else: no Java,
 * no syslog daemon. Then a renewal, and the whole once more with syslog-ng. The facts come in this order; each
 * continues where the one before it ended. {@link PackagesIT} is as long as this is short, on this machine's Debian.
 *
 * <p>{@code -Dbackhaul.debian.fresh=FOLDER} takes another one that {@code liberty/src/test/debian/make} has made.
 */
@Tag("faults")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FreshDebianIT {
    private static final String README = "README.md";
    private static final String INSTALLING = "liberty/INSTALLING.md";

    private static final Path ROOT = Path.of(System.getProperty("backhaul.debian.fresh", "/var/cache/backhaul/trixie"));

    private static final Path YOURS = Manual.checkout("yours-fresh");

    private static TwoDebians both;

    @BeforeAll
    static void boot() {
        Tool.requireRoot();
        if (!Files.isDirectory(ROOT)) {
            Tool.lacking("there is no Debian 13 in " + ROOT + " (liberty/src/test/debian/make trixie " + ROOT + ")");
        }
        both = TwoDebians.boot("web", "attic", ROOT);
        run("Your machine", FreshDebianIT::atYours, box("1. Your machine"));
    }

    @AfterAll
    static void end() {
        if (both != null) {
            both.close();
        }
    }

    private static Command atYours(String script) {
        return Command.run(YOURS, Map.of(), List.of("sh", "-euc", script));
    }

    private static List<String> box(String heading) {
        return Markdown.read(README).blocks(heading, "sh").stream()
                .flatMap(block -> Manual.commands(block).stream())
                .toList();
    }

    private static String run(String where, Manual.Machine machine, List<String> commands) {
        Command command = machine.sh(String.join("\n", commands));
        assertThat(command.exit()).as("%s said: %s", where, command.output()).isZero();
        return command.output();
    }

    private static String version() {
        return both.server().sh(". /etc/os-release; echo $VERSION_ID").strip();
    }

    private static void copyBundles() {
        Manual.copy(YOURS, Manual.filesFor("to the server"), both.server());
        Manual.copy(YOURS, Manual.filesFor("to home"), both.home());
    }

    /** The server's box, home's, and the line that is to be seen there. */
    private static void typeAll(String what, List<String> server, List<String> home) {
        List<String> line = box("4. See it work");
        Instant begin = Instant.now();
        // As long as it takes to walk over, or to copy a line.
        until(both.server(), "relay", "Relay started: ", () -> run("server", both::typeAtServer, server));
        until(both.home(), "agent", "Connected to relay.", () -> run("home", both::typeAtHome, home));
        run("server", both::typeAtServer, line);
        Wait.until(
                what + ": hello at home",
                Wait.START,
                () -> both.home()
                        .sh("cat /var/log/backhaul/web.log 2>/dev/null || :")
                        .contains(" hello"));
        System.out.println("First page with " + what + " on Debian " + version() + ": "
                + (server.size() + home.size() + line.size()) + " commands, "
                + Duration.between(begin, Instant.now()).toSeconds() + " s until the line is at home");
    }

    /** Runs this, and waits until the unit says that once more. */
    private static void until(ThrowawayDebian debian, String unit, String line, Runnable typed) {
        long before = count(debian, unit, line);
        typed.run();
        Wait.until(line, Wait.START, () -> count(debian, unit, line) > before);
    }

    private static long count(ThrowawayDebian debian, String unit, String part) {
        return debian.journal("backhaul-" + unit)
                .lines()
                .filter(line -> line.contains(part))
                .count();
    }

    @Test
    @Order(1)
    void theFirstPageIsEnough() {
        assertThat(both.server()
                        .run("sh", "-c", "command -v java || command -v rsyslogd")
                        .exit())
                .isNotZero();
        copyBundles();
        typeAll("rsyslog", box("2. Server"), box("3. Home"));
        for (ThrowawayDebian debian : List.of(both.server(), both.home())) {
            assertThat(debian.sh("systemctl is-system-running")).isEqualTo("running\n");
        }
    }

    @Test
    @Order(2)
    void itsSystemdIsContentWithTheUnits() {
        assertThat(unitProblems(both.server(), "relay")).isEmpty();
        assertThat(unitProblems(both.home(), "agent")).isEmpty();
    }

    private static String unitProblems(ThrowawayDebian debian, String unit) {
        debian.run(
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--no-pager",
                        "--threshold=" + PackagesIT.MOST_EXPOSED,
                        "/usr/lib/systemd/system/backhaul-" + unit + ".service")
                .expect(0);
        return debian.run("systemd-analyze", "verify", "backhaul-" + unit + ".service")
                .expect(0)
                .output();
    }

    @Test
    @Order(3)
    void aRenewalIsTheSameCommandAgain() {
        for (String name : List.of("relay.example.net", "home")) {
            atYours("ca-scripts/backhaul-ca renew " + name + " && ca-scripts/backhaul-ca bundle " + name)
                    .expect(0);
        }
        copyBundles();
        renew(both::typeAtServer, both.server(), "relay", "relay.example.net", "Changed certificate files taken up: ");
        renew(both::typeAtHome, both.home(), "agent", "home", "The certificate files have changed and are in use");
    }

    private static void renew(
            Manual.Machine machine, ThrowawayDebian debian, String unit, String name, String takenUp) {
        String process = debian.sh("systemctl show --value --property=MainPID backhaul-" + unit);
        String command = "tar xOf " + name + ".tar install | sh -s " + name + ".tar";
        until(
                debian,
                unit,
                takenUp,
                () -> assertThat(run(name, machine, List.of(command)))
                        .contains(
                                "  the same  /etc/backhaul/ca.crt\n",
                                "  the same  /etc/backhaul/" + name + ".key\n",
                                "  changed   /etc/backhaul/" + name + ".crt\n",
                                "All is well.\n",
                                "\nThe service runs, and takes up the changed files by itself within seconds.\n"));
        assertThat(debian.sh("systemctl show --value --property=MainPID backhaul-" + unit))
                .isEqualTo(process);
    }

    @Test
    @Order(4)
    void uninstalledNothingIsLeftOfIt() {
        List<Markdown.Block> blocks = Markdown.read(INSTALLING).blocks("Uninstalling", "sh");
        // Those between are for firewall rules, which the first page does not make.
        run("server", both::typeAtServer, Manual.commands(blocks.get(0)));
        run("home", both::typeAtHome, Manual.commands(blocks.get(2)));
        for (ThrowawayDebian debian : List.of(both.server(), both.home())) {
            debian.sh("apt purge 'backhaul-*'; rm -r /etc/backhaul; rm -rf /var/log/backhaul");
            assertThat(debian.sh("find / -xdev -name '*backhaul*' -not -path '/root/*' -not -path '/var/lib/systemd/*'"
                            + " -not -path '/run/*' -not -path '/mnt*' -not -path '/var/cache/man/*'"))
                    .isEmpty();
            assertThat(debian.sh("systemctl --failed --quiet --no-legend")).isEmpty();
        }
    }

    @Test
    @Order(5)
    void withSyslogNgItIsTheSameWithAnotherFile() {
        for (ThrowawayDebian debian : List.of(both.server(), both.home())) {
            debian.sh("apt install syslog-ng-core");
        }
        copyBundles();
        typeAll("syslog-ng", forSyslogNg("relay", box("2. Server")), forSyslogNg("agent", box("3. Home")));
    }

    /** The box without rsyslog, and with the file that the page about other daemons names. */
    private static List<String> forSyslogNg(String unit, List<String> box) {
        List<String> commands = new ArrayList<>();
        for (String command : box) {
            if (command.startsWith("apt install")) {
                commands.add(command.replace(" rsyslog", ""));
                commands.add("install -m 0644 /usr/share/doc/backhaul-" + unit
                        + "/examples/syslog-ng.conf /etc/syslog-ng/conf.d/backhaul.conf");
                commands.add("systemctl restart syslog-ng");
            } else if (!command.contains("rsyslog")) {
                commands.add(command);
            }
        }
        return commands;
    }
}
