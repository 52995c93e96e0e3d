package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The Debian packages from installation to purge on one throw-away Debian with a real systemd. The facts come in this
 * order; each goes on where the one before it ended.
 */
@Tag("shell")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagesIT {
    private static final Path RELAY = Build.debianPackage("liberty", "backhaul-relay");
    private static final Path AGENT = Build.debianPackage("agent-cli", "backhaul-agent");
    private static final Path CA = Build.debianPackage("ca-scripts", "backhaul-ca");

    private static final String DPKG = "dpkg --force-unsafe-io ";

    /** What systemd-analyze gives our units, in tenths; the unit of a program without any protection has 96. */
    private static final String MOST_EXPOSED = "15";

    private static ThrowawayDebian debian;
    private static TreeSet<String> before;

    @BeforeAll
    static void install() {
        Tool.require("rsyslogd");
        debian = ThrowawayDebian.boot("packages", List.of(RELAY, AGENT, CA));
        // A Java of the machine's PATH is found; any other is set as an administrator would. Neither has a JDK's
        // headers.
        Path java = Path.of(System.getProperty("java.home"));
        debian.sh("rm -rf " + java + "/include");
        if (!debian.sh("readlink -f /usr/bin/java").startsWith(java.toString())) {
            for (String unit : List.of("relay", "agent")) {
                debian.sh("d=/etc/systemd/system/backhaul-" + unit + ".service.d; mkdir -p $d;"
                        + "printf '[Service]\\nEnvironment=JAVA_HOME=" + java + "\\n' >$d/java.conf");
            }
        }
        before = files();
        debian.sh(DPKG + "-i /mnt/*.deb");
    }

    @AfterAll
    static void end() {
        if (debian != null) {
            debian.close();
        }
    }

    /** What is there, less what belongs to Debian's own tools: their records, users, journal and what systemd keeps. */
    private static TreeSet<String> files() {
        return debian.sh("cd /run/upper && find . -not -type c \\( -not -type d -o -name '*backhaul*' \\)")
                .lines()
                .filter(file -> !file.matches("\\./(var/lib/dpkg|var/log|var/cache|var/lib/systemd|var/tmp|root)(/.*)?"
                        + "|\\./etc/(passwd|group|shadow|gshadow)-?|\\./etc/(\\.pwd\\.lock|\\.updated)"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String property(String unit, String name) {
        return debian.sh("systemctl show --value --property=" + name + " backhaul-" + unit)
                .strip();
    }

    /** Waits until it has started for the n-th time. */
    private static void awaitRelay(int times) {
        Wait.until(
                "the relay has started",
                Wait.START,
                () -> debian.journal("backhaul-relay")
                                .lines()
                                .filter(line -> line.contains(
                                        "Relay started: syslog on UDP 127.0.0.1:514, agents on TLS *:514"))
                                .count()
                        == times);
    }

    private static void awaitHome(String message) {
        Wait.until(
                message + " at home",
                () -> debian.sh("touch /tmp/home; logger --server 127.0.0.1 --port 514 --udp " + "--rfc3164 " + message
                                + "; cat /tmp/home")
                        .contains(message));
    }

    @Test
    @Order(1)
    void nothingIsStartedNorEnabledWithoutAConfiguration() {
        for (String unit : List.of("relay", "agent")) {
            assertThat(property(unit, "LoadState")).isEqualTo("loaded");
            assertThat(property(unit, "ActiveState")).isEqualTo("inactive");
            assertThat(property(unit, "UnitFileState")).isEqualTo("disabled");
        }
        assertThat(debian.sh("backhaul-agent --version")).startsWith("backhaul-agent ");
    }

    @Test
    @Order(2)
    void systemdIsContentWithTheUnits() {
        for (String unit : List.of("relay", "agent")) {
            Command verify = debian.run("systemd-analyze", "verify", "--man=no", "backhaul-" + unit + ".service");
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
    @Order(3)
    void withoutACertificateTheStartFailsWithASentenceAndIsNotRepeated() {
        for (String unit : List.of("relay", "agent")) {
            debian.run("systemctl", "start", "backhaul-" + unit);
            Wait.until(unit + " has failed", () -> property(unit, "ActiveState").equals("failed"));
            assertThat(property(unit, "ExecMainStatus")).isEqualTo("78");
            assertThat(property(unit, "NRestarts")).isEqualTo("0");
        }
        assertThat(debian.journal("backhaul-relay"))
                .contains("not set in /etc/backhaul/relay.properties: relay.tls.cert relay.tls.key");
        assertThat(debian.journal("backhaul-agent")).contains("relay is not set", "cert is not set");
    }

    @Test
    @Order(4)
    void aLogLineComesHome() {
        // As the bundles say how.
        debian.sh("""
                cd /root
                backhaul-ca init --dn /O=Example
                backhaul-ca relay localhost
                backhaul-ca agent home
                for machine in localhost home; do
                    backhaul-ca bundle $machine >said-$machine
                    (cd backhaul-ca/machines/$machine && sed -n 's/^  //p' /root/said-$machine | sed -n '/^tar/,$p' | sh -eux)
                done
                echo collector=127.0.0.1:5514 >>/etc/backhaul/agent.properties
                cat >/tmp/rsyslog.conf <<'END'
                module(load="imudp")
                input(type="imudp" address="127.0.0.1" port="5514")
                action(type="omfile" file="/tmp/home")
                END
                systemd-run --quiet --unit=home rsyslogd -n -f /tmp/rsyslog.conf -i /run/home.pid
                mkdir /run/systemd/system/backhaul-relay.service.d
                printf '[Service]\\nEnvironment=JVM_ARGS=-XX:TieredStopAtLevel=1\\n' >/run/systemd/system/backhaul-relay.service.d/quick.conf
                systemctl daemon-reload
                systemctl enable --now backhaul-relay
                """);
        awaitRelay(1);
        debian.sh("systemctl enable --now backhaul-agent");
        awaitHome("hello");
        assertThat(debian.sh("ps -o user= -C java | sort | tr -s '\\n ' ' '"))
                .isEqualTo("backhaul-agent backhaul-relay ");
        assertThat(debian.sh("find /usr -xdev -newer /run/home.pid")).isEmpty();
    }

    @Test
    @Order(5)
    void anUpgradeKeepsTheSettingsAndStartsAgainWhatRan() {
        String edited = debian.sh("cat /etc/backhaul/*.properties");
        String[] ran = {property("relay", "MainPID"), property("agent", "MainPID")};
        // One of them has another text for the file that was edited.
        debian.sh("""
                for package in relay agent; do
                    dpkg-deb -R /mnt/backhaul-${package}_*.deb /tmp/$package
                    sed -i 's/^Version: .*/Version: 99/' /tmp/$package/DEBIAN/control
                done
                echo '# new' >>/tmp/agent/etc/backhaul/agent.properties
                for package in relay agent; do
                    dpkg-deb -Znone --root-owner-group -b /tmp/$package /tmp/$package.deb
                done
                """ + DPKG + "--force-confold -i /tmp/relay.deb /tmp/agent.deb </dev/null");
        awaitRelay(2);
        assertThat(debian.sh("cat /etc/backhaul/*.properties")).isEqualTo(edited);
        assertThat(debian.sh("tail -n 1 /etc/backhaul/agent.properties.dpkg-dist"))
                .isEqualTo("# new\n");
        assertThat(new String[] {property("relay", "MainPID"), property("agent", "MainPID")})
                .doesNotContain(ran)
                .doesNotContain("0");
        awaitHome("after-upgrade");
    }

    @Test
    @Order(6)
    void removedItKeepsItsSettings() {
        debian.sh(DPKG + "-r backhaul-relay backhaul-agent backhaul-ca");
        assertThat(debian.sh("ps -o user= -C java || :")).isEmpty();
        assertThat(debian.sh("cd /etc/backhaul; cat relay.properties agent.properties; ls /var/lib"))
                .contains("relay.tls.cert=/etc/backhaul/localhost.crt", "collector=127.0.0.1:5514")
                .contains("backhaul-relay", "backhaul-agent");
    }

    @Test
    @Order(7)
    void purgedItLeavesTheUsersAndWhatTheAdministratorPutThere() {
        assertThat(debian.sh("ls /var/lib/backhaul-agent")).isNotEmpty();
        debian.sh(DPKG + "-P backhaul-relay backhaul-agent backhaul-ca; rm -rf /root/backhaul-ca");
        TreeSet<String> left = files();
        left.removeAll(before);
        assertThat(left)
                .containsExactly(
                        "./etc/backhaul",
                        "./etc/backhaul/ca.crt",
                        "./etc/backhaul/home.crt",
                        "./etc/backhaul/home.key",
                        "./etc/backhaul/localhost.crt",
                        "./etc/backhaul/localhost.key");
        assertThat(debian.sh("ls /var/log")).doesNotContain("backhaul");
        assertThat(debian.sh("getent passwd backhaul-relay backhaul-agent")).contains("/usr/sbin/nologin");
    }
}
