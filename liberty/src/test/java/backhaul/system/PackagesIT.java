package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The documents' own commands, from the certificates to a log line at home, on throw-away Debians with a real systemd:
 * a server and a home with a cable between them. Then the life of the packages until they are purged. The facts come in
 * this order; each continues where the one before it ended.
 */
@Tag("shell")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesIT {
    private static final String README = "README.md";
    private static final String INSTALLING = "liberty/INSTALLING.md";
    private static final String OPERATING = "liberty/OPERATING.md";
    private static final Markdown READ = Markdown.read(README);

    private static final String RELAY_STARTED = "Relay started: syslog on UDP 127.0.0.1:514, agents on TLS *:514";

    /**
     * The most that systemd-analyze gives our units, in tenths; the unit of a program without any protection has 96.
     * Two of them are for NotifyAccess=all: systemd-notify is a process of its own.
     */
    static final String MOST_EXPOSED = "16";

    private static final Manual MANUAL = new Manual(Markdown.all().stream()
            .filter(document -> !document.name().equals(AuthorityPageIT.PAGE))
            .toList());

    private static Path yours;
    private static TwoDebians both;
    private static ThrowawayDebian server;
    private static ThrowawayDebian home;
    private static Map<ThrowawayDebian, TreeSet<String>> before;

    @BeforeAll
    static void boot() {
        Tool.require("man");
        both = TwoDebians.boot("www", "home");
        server = both.server();
        home = both.home();
        before = Map.of(server, files(server), home, files(home));
    }

    @AfterAll
    static void end() {
        if (both != null) {
            both.close();
        }
    }

    /**
     * The files that are there, except those of Debian's own tools: their records, users, journal and systemd's state.
     */
    private static TreeSet<String> files(ThrowawayDebian debian) {
        return debian.sh("cd /run/upper && find . -not -type c \\( -not -type d -o -name '*backhaul*' \\)")
                .lines()
                .filter(file -> !file.matches(
                        "\\./(var/lib/(dpkg|apt|PackageKit)|var/log|var/cache|var/lib/systemd|var/tmp|root)(/.*)?"
                                + "|\\./etc/(passwd|group|shadow|gshadow)-?|\\./etc/(\\.pwd\\.lock|\\.updated)"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Command atYours(String script) {
        return Command.run(yours, Map.of(), List.of("sh", "-euc", script));
    }

    private static Command atServer(String script) {
        return both.typeAtServer(script);
    }

    private static Command atHome(String script) {
        return both.typeAtHome(script);
    }

    private static void copy(List<String> patterns, ThrowawayDebian debian) {
        Manual.copy(yours, patterns, debian);
    }

    private static String property(ThrowawayDebian debian, String unit, String name) {
        return debian.sh("systemctl show --value --property=" + name + " backhaul-" + unit)
                .strip();
    }

    /** Waits until it has started for the n-th time. */
    private static void awaitRelay(int times) {
        Wait.until(
                "the relay has started",
                Wait.START,
                () -> server.journal("backhaul-relay")
                                .lines()
                                .filter(line -> line.contains(RELAY_STARTED))
                                .count()
                        == times);
    }

    /** The server's lines at home. */
    private static String came() {
        return home.sh("cat /var/log/backhaul/www.log 2>/dev/null || :");
    }

    private static void expectLikeness(Markdown.Block shown, String said) {
        // The kernel's grant depends on this machine, and so does its sum.
        List<String> lines = shown.lines().stream()
                .filter(line -> !line.matches("\\$ .*|.* of relay\\.udp\\.receive-buffer.*|All is well.*"))
                .toList();
        Likeness.expect(shown.toString(), lines, said);
    }

    @Test
    @Order(1)
    void theAuthorityMakesWhatTheMachinesNeed() {
        yours = Manual.checkout("yours");
        MANUAL.run(README, "1. Your machine", PackagesIT::atYours);
        copy(Manual.filesFor("to the server"), server);
        copy(Manual.filesFor("to home"), home);
    }

    @Test
    @Order(2)
    void installingStartsNothing() {
        CompletableFuture<Void> relay =
                CompletableFuture.runAsync(() -> MANUAL.runFirstLine(README, "2. Server", PackagesIT::atServer));
        MANUAL.runFirstLine(README, "3. Home", PackagesIT::atHome);
        relay.join();
        home.put(Build.debianPackage("ca-scripts", "backhaul-ca"), "/root");
        home.sh("apt install /root/backhaul-ca_*_all.deb && backhaul-ca --help");
        for (String unit : List.of("relay", "agent")) {
            ThrowawayDebian debian = unit.equals("relay") ? server : home;
            assertThat(property(debian, unit, "LoadState")).isEqualTo("loaded");
            assertThat(property(debian, unit, "ActiveState")).isEqualTo("inactive");
            assertThat(property(debian, unit, "UnitFileState")).isEqualTo("disabled");
            assertThat(debian.sh("backhaul-" + unit + " --version")).startsWith("backhaul-" + unit + " ");
            debian.sh("touch /run/installed");
        }
    }

    @Test
    @Order(3)
    void whatIsInstalledHasManuals() {
        for (String page : List.of("backhaul-relay(8)", "relay.properties(5)")) {
            expectManual(server, page);
        }
        for (String page : List.of("backhaul-agent(1)", "agent.properties(5)", "backhaul-ca(1)")) {
            expectManual(home, page);
        }
    }

    private static void expectManual(ThrowawayDebian debian, String page) {
        assertThat(debian.sh("man --pager=cat '" + page + "'")).contains(page.toUpperCase(Locale.ROOT), "SEE ALSO");
    }

    @Test
    @Order(3)
    void systemdIsContentWithTheUnits() {
        for (String unit : List.of("relay", "agent")) {
            ThrowawayDebian debian = unit.equals("relay") ? server : home;
            Command verify = debian.run("systemd-analyze", "verify", "backhaul-" + unit + ".service");
            assertThat(verify.expect(0).output()).isEmpty();
            debian.run(
                            "systemd-analyze",
                            "security",
                            "--offline=true",
                            "--no-pager",
                            "--threshold=" + MOST_EXPOSED,
                            "/usr/lib/systemd/system/backhaul-" + unit + ".service")
                    .expect(0);
        }
    }

    @Test
    @Order(4)
    void withoutACertificateTheStartFailsWithASentenceAndIsNotRepeated() {
        for (String unit : List.of("relay", "agent")) {
            ThrowawayDebian debian = unit.equals("relay") ? server : home;
            debian.run("systemctl", "start", "backhaul-" + unit);
            Wait.until(
                    unit + " has failed",
                    () -> property(debian, unit, "ActiveState").equals("failed"));
            assertThat(property(debian, unit, "ExecMainStatus")).isEqualTo("78");
            assertThat(property(debian, unit, "NRestarts")).isEqualTo("0");
        }
        assertThat(server.journal("backhaul-relay"))
                .contains("backhaul-relay: relay.tls.cert is not set", "backhaul-relay: relay.tls.issuer is not set");
        assertThat(home.journal("backhaul-agent")).contains("relay is not set", "cert is not set");
        server.sh("systemctl stop backhaul-relay.socket"); // which is open, for what comes until the next start
    }

    @Test
    @Order(5)
    void aLogLineComesHome() {
        Markdown operating = Markdown.read(OPERATING);
        String said = MANUAL.run(README, "2. Server", PackagesIT::atServer);
        expectLikeness(operating.blocks("Checking the relay", "text").get(0), said);
        awaitRelay(1);
        List<Markdown.Block> journals = Markdown.read(INSTALLING).blocks("The commands explained", "text");
        expectLikeness(journals.get(0), server.journal("backhaul-relay"));
        MANUAL.run(OPERATING, "Keeping other users from the relay", PackagesIT::atServer);
        expectOthersKeptFromThePort(operating);

        said = MANUAL.run(README, "3. Home", PackagesIT::atHome);
        expectLikeness(operating.blocks("Checking the agent", "text").get(0), said);
        MANUAL.run(README, "3. Home", PackagesIT::atHome);
        MANUAL.run(OPERATING, "Keeping other users from the collector", PackagesIT::atHome);
        Wait.until(
                "the agent is connected",
                () -> home.journal("backhaul-agent").contains("Connected to relay.example.net:514 ["));
        expectLikeness(journals.get(1), home.journal("backhaul-agent"));

        MANUAL.run(README, "4. See it work", PackagesIT::atServer);
        Wait.until("hello at home", () -> came().contains("hello"));
        expectLikeness(READ.blocks("4. See it work", "text").get(0), came());

        awaitSavedClasses();
        assertThat(server.sh("ps -o user= -C java")).isEqualTo("backhaul-relay\n");
        assertThat(home.sh("ps -o user= -C java")).isEqualTo("backhaul-agent\n");
        for (ThrowawayDebian debian : List.of(server, home)) {
            assertThat(debian.sh("find /usr -xdev -newer /run/installed")).isEmpty();
        }
    }

    /** The service saves them by itself, with its own Java, and a process less runs then. */
    private static void awaitSavedClasses() {
        Wait.until(
                "the classes are saved",
                Wait.START,
                () -> server.sh("ls /var/lib/backhaul-relay/relay/workarea").contains("classes.jsa.stamp"));
        Wait.until(
                "then nothing is left to do",
                () -> property(server, "relay-prepare", "ActiveState").equals("inactive"));
        assertThat(property(server, "relay-prepare", "Result")).isEqualTo("success");
        assertThat(server.journal("backhaul-relay-prepare")).contains("the next start is faster");
        assertThat(server.sh("backhaul-relay prepare 2>&1 || :"))
                .contains("in its own folder, so run: systemctl start backhaul-relay-prepare");
    }

    /** The commands that an administrator would try. */
    private static void expectOthersKeptFromThePort(Markdown operating) {
        Markdown.Block refused = operating.blocks("Keeping other users", "text").get(1);
        List<String> lines = refused.lines();
        String others = lines.get(0).replaceFirst("^\\$ ", "");
        Likeness.expect(refused.toString(), lines.subList(1, lines.size()), server.sh(others));
    }

    /** An outage between two machines, watched from home. */
    @Test
    @Order(6)
    void theSessionOfTheFirstPageIsReal() {
        Markdown.Block session = READ.blocks("Backhaul", "text").get(1);
        List<String> lines = session.lines();
        String command = lines.get(0).replaceFirst("^\\$ ", "");
        String tail =
                home.sh(command + " >/root/tail 2>&1 </dev/null & echo $!").strip();
        try {
            awaitAtTail("Connected to ");
            server.sh("logger -p auth.info -t sshd --id=811 Accepted publickey for admin from 198.51.100.7 port 50022");
            awaitAtTail("sshd[811]");
            server.sh("""
                    nft add table inet cut
                    nft add chain inet cut in '{ type filter hook input priority -10; }'
                    nft add rule inet cut in iifname eth0 drop
                    nft add chain inet cut out '{ type filter hook output priority -10; }'
                    nft add rule inet cut out oifname eth0 drop
                    """);
            server.sh("logger -p mail.warning -t postfix --id=99 warning: hostname does not resolve");
            server.sh("logger -p daemon.err -t nginx --id=1203 'connect() failed (111: Connection refused)'");
            awaitAtTail("nothing came from the relay");
            server.sh("nft delete table inet cut");
            awaitAtTail("nginx[1203]");
        } finally {
            home.sh("kill " + tail);
        }
        Likeness.expect(session.toString(), lines.subList(1, lines.size()), home.sh("cat /root/tail"));
    }

    private static void awaitAtTail(String part) {
        Wait.until(part, Wait.START, () -> home.sh("cat /root/tail").contains(part));
    }

    /** Their commands can be typed, and report that a working installation works. */
    @Test
    @Order(6)
    void theFirstStepsWhenSomethingBreaksCanBeTaken() {
        StringBuilder said = new StringBuilder();
        for (String command : Markdown.read("liberty/TROUBLESHOOTING.md").quoted("## First steps")) {
            if (command.matches("(systemctl|journalctl|runuser|logger|curl|rsyslogd|backhaul-relay) .*")) {
                said.append((command.contains("agent") ? home : server).sh(command + " 2>&1"));
            }
        }
        assertThat(said)
                .contains("Status: \"Connected to relay.example.net:514", "All is well.", "\"received\":")
                .containsPattern("Status: \"\\d agents?, ")
                .doesNotContain("[FAIL]");
    }

    @Test
    @Order(6)
    void whatTheOtherPagesSayWorks() {
        MANUAL.run(OPERATING, "Renewing once a year", PackagesIT::atYours);
        copy(List.of("backhaul-authority/machines/relay.example.net/relay.example.net.tar"), server);
        atServer(bundleCommands("relay.example.net")).expect(0);
        MANUAL.run(OPERATING, "Revoking a certificate", PackagesIT::atYours);

        Markdown wire = Markdown.read("agent-cli/transport/WIRE.md");
        int connected = agentsConnected();
        CompletableFuture<Void> logging = CompletableFuture.runAsync(() -> {
            Wait.until("an agent by hand", () -> agentsConnected() > connected);
            server.sh("logger hello again");
        });
        String stream = MANUAL.run(wire.name(), "Home: by hand", PackagesIT::atHome);
        logging.join();
        expectLikeness(wire.blocks("Home: by hand", "text").get(0), stream.replace("ALIVE", "\nALIVE"));

        Wait.until(
                "the renewed certificate is in use",
                () -> server.journal("backhaul-relay").contains("Changed certificate files taken up"));
        Markdown.Block status =
                Markdown.read(OPERATING).blocks("The agent's status", "text").get(0);
        assertThat(status.lines().get(0)).isEqualTo("$ backhaul-agent status");
        expectLikeness(status, home.sh("backhaul-agent status"));
    }

    private static int agentsConnected() {
        return server.journal("backhaul-relay").split("Agent connected: ", -1).length - 1;
    }

    /** The commands that {@code bundle} prints. */
    private static String bundleCommands(String machine) {
        return atYours("ca-scripts/backhaul-ca bundle " + machine)
                .expect(0)
                .output()
                .lines()
                .filter(line -> line.startsWith("  ") && !line.matches("  [a-z]+ {2,}.*"))
                .map(String::strip)
                .collect(Collectors.joining("\n"));
    }

    @Test
    @Order(7)
    void anUpgradeKeepsTheSettingsAndStartsAgainWhatRan() {
        String edited = server.sh("cat /etc/backhaul/relay.properties") + home.sh("cat /etc/backhaul/agent.properties");
        String[] ran = {property(server, "relay", "MainPID"), property(home, "agent", "MainPID")};
        // One of them has another text for the file that was edited.
        String another = """
                cd /root
                dpkg-deb -R backhaul-${package}_*.deb $package
                sed -i 's/^Version: .*/Version: 99/' $package/DEBIAN/control
                file=$package/etc/backhaul/agent.properties
                [ ! -e $file ] || echo '# new' >>$file
                mkdir new
                dpkg-deb -Znone --root-owner-group -b $package new/backhaul-${package}_99_all.deb
                """;
        server.sh("package=relay\n" + another);
        home.sh("package=agent\n" + another);
        MANUAL.run(INSTALLING, "Upgrading", script -> atServer("cd new\n" + script));
        MANUAL.run(INSTALLING, "Upgrading", script -> atHome("cd new\n" + script));
        awaitRelay(2);
        assertThat(server.sh("cat /etc/backhaul/relay.properties") + home.sh("cat /etc/backhaul/agent.properties"))
                .isEqualTo(edited);
        assertThat(home.sh("tail -n 1 /etc/backhaul/agent.properties.dpkg-dist"))
                .isEqualTo("# new\n");
        assertThat(new String[] {property(server, "relay", "MainPID"), property(home, "agent", "MainPID")})
                .doesNotContain(ran)
                .doesNotContain("0");
        Wait.until("a line at home after the upgrade", () -> {
            server.sh("logger after-upgrade");
            return came().contains("after-upgrade");
        });
    }

    @Test
    @Order(8)
    void removedItKeepsItsSettings() {
        MANUAL.run(INSTALLING, "Uninstalling", PackagesIT::atServer);
        MANUAL.run(INSTALLING, "Uninstalling", PackagesIT::atServer);
        MANUAL.run(INSTALLING, "Uninstalling", PackagesIT::atHome);
        MANUAL.run(INSTALLING, "Uninstalling", PackagesIT::atHome);
        for (ThrowawayDebian debian : List.of(server, home)) {
            assertThat(debian.sh("ps -o user= -C java || :")).isEmpty();
        }
        assertThat(server.sh("cat /etc/backhaul/relay.properties; ls /var/lib"))
                .contains("relay.tls.cert=/etc/backhaul/relay.example.net.crt", "backhaul-relay");
        assertThat(home.sh("cat /etc/backhaul/agent.properties; ls /var/lib"))
                .contains("relay=relay.example.net:514", "backhaul-agent");
    }

    @Test
    @Order(9)
    void purgedItLeavesTheUsersAndWhatTheAdministratorPutThere() {
        assertThat(home.sh("ls /var/lib/backhaul-agent")).isNotEmpty();
        server.sh("apt purge backhaul-relay");
        home.sh("apt purge backhaul-agent backhaul-ca; rm -r /var/log/backhaul");
        assertThat(left(server))
                .containsExactly(
                        "./etc/backhaul",
                        "./etc/backhaul/ca.crt",
                        "./etc/backhaul/relay.example.net.crt",
                        "./etc/backhaul/relay.example.net.key");
        assertThat(left(home))
                .containsExactly(
                        "./etc/backhaul",
                        "./etc/backhaul/ca.crt",
                        "./etc/backhaul/home.crt",
                        "./etc/backhaul/home.key");
        for (ThrowawayDebian debian : List.of(server, home)) {
            assertThat(debian.sh("ls /var/log")).doesNotContain("backhaul");
            assertThat(debian.sh("getent passwd | grep '^backhaul-'")).contains("/usr/sbin/nologin");
        }
    }

    private static TreeSet<String> left(ThrowawayDebian debian) {
        TreeSet<String> left = files(debian);
        left.removeAll(before.get(debian));
        return left;
    }

    @Test
    @Order(10)
    void theArchivesAreInstalledWithoutDebiansTools() {
        copy(List.of("liberty/target/backhaul-relay-*.tar.gz"), server);
        copy(List.of("agent-cli/target/backhaul-agent-*.tar.gz"), home);
        // Folders that are there already stay as they are, as a link stays one.
        String folders =
                "find /usr/local /usr/local/lib /usr/local/share -maxdepth 1 -printf '%M %u %g %p %l\\n' | sort";
        String odd = "chmod 2775 /usr/local/share && mkdir -p /usr/local/share/man /opt/manuals"
                + " && rmdir /usr/local/share/man && ln -s /opt/manuals /usr/local/share/man\n" + folders;
        List<String> there = List.of(server.sh(odd), home.sh(odd));
        MANUAL.run(INSTALLING, "Other Linux systems", PackagesIT::atServer);
        MANUAL.run(INSTALLING, "Other Linux systems", PackagesIT::atHome);
        assertThat(server.sh(folders).lines().toList())
                .containsAll(there.get(0).lines().toList());
        assertThat(home.sh(folders).lines().toList())
                .containsAll(there.get(1).lines().toList());
        for (String unit : List.of("relay", "agent")) {
            ThrowawayDebian debian = unit.equals("relay") ? server : home;
            assertThat(debian.sh("backhaul-" + unit + " --version")).startsWith("backhaul-" + unit + " ");
            // It begins as after the package's installation: a sentence and 78.
            debian.run("systemctl", "start", "backhaul-" + unit);
            Wait.until(
                    unit + " has failed",
                    () -> property(debian, unit, "ActiveState").equals("failed"));
            assertThat(property(debian, unit, "ExecMainStatus")).isEqualTo("78");
        }
    }

    @Test
    @Order(11)
    void thereIsNoOtherCommandInTheDocuments() {
        MANUAL.expectAllRun();
    }
}
