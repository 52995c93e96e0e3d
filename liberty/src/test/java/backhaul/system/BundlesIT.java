package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bundles of {@code backhaul-ca} install themselves on a throw-away Debian with a real systemd. Relay and agent are two
 * lines of shell here: {@link PackagesIT} has the real ones.
 */
@Tag("shell")
class BundlesIT {
    private static final String AGENT = "/etc/backhaul/agent.properties";
    private static final String RELAY = "/etc/backhaul/relay.properties";

    /** In folders by what they are for: {@code first/home.tar}. */
    private static final String BUNDLES = """
            export BACKHAUL_CA_DIR=authority
            bundle() { "$ca" bundle "$2"; mkdir -p "bundles/$1"; cp "authority/machines/$2/$2.tar" "bundles/$1"; }
            "$ca" init --dn /O=Example
            "$ca" relay relay.example.net
            for name in home other lost; do "$ca" agent $name; done
            for name in relay.example.net home other; do bundle first $name; done
            mkdir bundles/laptop bundles/withkey
            "$ca" request laptop --dir bundles/withkey
            "$ca" sign bundles/withkey/laptop.csr
            bundle laptop laptop
            bundle withkey laptop
            sleep 1
            "$ca" renew home --new-key
            bundle renewed home
            "$ca" revoke lost
            bundle listed home
            bundle listed relay.example.net
            export BACKHAUL_CA_DIR=strange
            "$ca" init --dn /O=Strange
            "$ca" agent home
            mkdir bundles/strange
            "$ca" bundle home
            cp strange/machines/home/home.tar bundles/strange
            tar cf bundles.tar bundles
            """;

    private static ThrowawayDebian debian;

    @BeforeAll
    static void boot() {
        Path yours = Build.scratch("bundles");
        Command.run(
                        yours,
                        Map.of(
                                "ca",
                                Build.root().resolve("ca-scripts/backhaul-ca").toString()),
                        List.of("sh", "-euc", BUNDLES))
                .expect(0);
        debian = ThrowawayDebian.boot("bundles");
        debian.put(yours.resolve("bundles.tar"), "/root");
        debian.sh("cd /root && tar xof bundles.tar && mv bundles/* .");
    }

    @AfterAll
    static void end() {
        if (debian != null) {
            debian.close();
        }
    }

    /** As after installing both packages, but that one has no file of settings yet, as the agent's tar.gz has none. */
    @BeforeEach
    void packages() {
        debian.sh("""
                umask 022
                getent group backhaul || groupadd --system backhaul
                rm -rf /etc/backhaul
                mkdir /etc/backhaul
                printf '# Remarks.\\n#relay.tls.cert=/x\\nrelay.backlog.size=64MiB' >/etc/backhaul/relay.properties
                for unit in agent relay; do
                    id backhaul-$unit || useradd --system --gid backhaul backhaul-$unit
                    printf '#!/bin/sh\\necho "$0 $* as $(id -un) finds all well"\\n' >/usr/local/bin/backhaul-$unit
                    chmod 755 /usr/local/bin/backhaul-$unit
                    systemctl stop backhaul-$unit || :
                    printf '[Service]\\nExecStart=sleep 1h\\n' >/run/systemd/system/backhaul-$unit.service
                done
                systemctl daemon-reload
                """);
    }

    private static Command install(String folder, String machine) {
        return install("022", "/bin/sh", folder, machine);
    }

    private static Command install(String umask, String shell, String folder, String machine) {
        return run("umask " + umask + "; " + installing(shell, folder, machine));
    }

    private static String installing(String folder, String machine) {
        return "umask 022; " + installing("/bin/sh", folder, machine);
    }

    private static String installing(String shell, String folder, String machine) {
        return "cd /root/" + folder + "; tar xOf " + machine + ".tar install | " + shell + " -s " + machine + ".tar";
    }

    private static Command run(String script) {
        return debian.run("sh", "-c", script);
    }

    /** All that can be seen of what is there. */
    private static String state() {
        return debian.sh("""
                find /etc/backhaul -maxdepth 0 -printf '%p %m %u:%g\\n' || :
                find /etc/backhaul -mindepth 1 -printf '%p %m %u:%g %i %T@ %l\\n' | sort
                find /etc/backhaul -type f -exec cksum {} + | sort
                """);
    }

    private static String modes() {
        return debian.sh("cd /etc && find backhaul -printf '%p %m %u:%g\\n' | sort");
    }

    /** It is refused with these words, and nothing is changed. */
    private static void expectRefusal(String script, String... said) {
        String before = state();
        assertThat(run(script).expect(1).output()).contains(List.of(said)).endsWith("\nNothing was changed.\n");
        assertThat(state()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"077, /bin/sh", "027, /bin/sh", "000, /bin/sh", "077, busybox sh", "000, busybox sh", "000, bash"})
    void whateverTheUmaskTheAgentsFilesAreItsGroupsOnly(String umask, String shell) {
        debian.sh("rm -r /etc/backhaul");
        // Tools that are not in busybox come from Debian; tar, find and awk are in it.
        String tools = shell.startsWith("busybox")
                ? "mkdir -p /root/box && busybox --install -s /root/box && PATH=/root/box:$PATH; tar --help 2>&1 | grep -q BusyBox || exit 9; "
                : "";
        Command installed = run(
                tools + "umask " + umask + "; cd /root/first; tar xOf home.tar install | " + shell + " -s home.tar");
        assertThat(installed.expect(0).output()).isEqualTo("""
                        The agent home on this machine:
                          new       /etc/backhaul/ca.crt
                          new       /etc/backhaul/home.key
                          new       /etc/backhaul/home.crt
                          new       /etc/backhaul/agent.properties (with: relay cert key ca)

                        backhaul-agent check, as the user backhaul-agent, says:
                        /usr/local/bin/backhaul-agent check --config /etc/backhaul/agent.properties as backhaul-agent finds all well

                        Start it: systemctl enable --now backhaul-agent
                        home.tar has the private key in it: rm home.tar
                        """);
        assertThat(modes()).isEqualTo("""
                backhaul 750 root:backhaul
                backhaul/agent.properties 640 root:backhaul
                backhaul/ca.crt 640 root:backhaul
                backhaul/home.crt 640 root:backhaul
                backhaul/home.key 640 root:backhaul
                """);
        assertThat(debian.sh("cat " + AGENT)).isEqualTo("""
                # From the bundle of home
                relay=relay.example.net:514
                cert=home.crt
                key=home.key
                ca=ca.crt
                """);
        debian.sh("""
                cd /root/first && rm -rf home && tar xf home.tar home
                for one in home.crt home.key ca.crt; do cmp home/$one /etc/backhaul/$one; done
                """);
    }

    @Test
    void theRelaysSettingsGoBelowWhatIsThere() {
        Command installed = install("000", "/bin/sh", "first", "relay.example.net");
        assertThat(installed.expect(0).output())
                .contains(
                        "  new       /etc/backhaul/relay.example.net.key\n",
                        "  changed   /etc/backhaul/relay.properties (added: relay.tls.cert relay.tls.key relay.tls.ca relay.tls.issuer)\n",
                        "/backhaul-relay check as root finds all well\n",
                        "\nStart it: systemctl enable --now backhaul-relay\n");
        assertThat(debian.sh("cat " + RELAY)).isEqualTo("""
                # Remarks.
                #relay.tls.cert=/x
                relay.backlog.size=64MiB

                # From the bundle of relay.example.net
                relay.tls.cert=/etc/backhaul/relay.example.net.crt
                relay.tls.key=/etc/backhaul/relay.example.net.key
                relay.tls.ca=/etc/backhaul/ca.crt
                relay.tls.issuer=/O=Example/CN=Backhaul Intermediate CA
                """);
        assertThat(modes()).contains("backhaul 750 root:backhaul\n", "relay.properties 644 root:root\n");
        // Both on one machine: the settings are two files, the authority is one.
        assertThat(install("first", "home").expect(0).output()).contains("  the same  /etc/backhaul/ca.crt\n");
    }

    @Test
    void aSecondTimeNothingIsTouched() {
        install("first", "home").expect(0);
        String before = state();
        assertThat(install("first", "home").expect(0).output())
                .contains(
                        "  the same  /etc/backhaul/ca.crt\n",
                        "  the same  /etc/backhaul/home.key\n",
                        "  the same  /etc/backhaul/home.crt\n",
                        "  the same  /etc/backhaul/agent.properties\n");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aRenewalChangesTheFilesAndNeitherSettingsNorService() {
        install("first", "home").expect(0);
        debian.sh("sed -i 's/^relay=.*/relay=relay.example.net:6514/' " + AGENT + "; chmod 600 /etc/backhaul/ca.crt");
        debian.sh("systemctl start backhaul-agent");
        String settings = debian.sh("stat -c '%i %Y' " + AGENT);
        assertThat(install("renewed", "home").expect(0).output())
                .contains(
                        "  changed   /etc/backhaul/ca.crt (owner and mode)\n",
                        "  changed   /etc/backhaul/home.key\n",
                        "  changed   /etc/backhaul/home.crt\n",
                        "  the same  /etc/backhaul/agent.properties\n",
                        "\nThe service runs, and takes up the changed files by itself within seconds.\n");
        assertThat(debian.sh("stat -c '%i %Y' " + AGENT)).isEqualTo(settings);
        assertThat(modes()).contains("ca.crt 640 root:backhaul\n").doesNotContain(".install");
        assertThat(install("renewed", "home").expect(0).output())
                .contains("\nThe service runs. Nothing is left to do.\n");
    }

    @Test
    void theFirstListOfRevokedCertificatesGetsItsSetting() {
        install("first", "home").expect(0);
        install("first", "relay.example.net").expect(0);
        debian.sh("systemctl start backhaul-agent");
        assertThat(install("listed", "home").expect(0).output())
                .contains(
                        "  new       /etc/backhaul/crl.pem\n",
                        "  changed   /etc/backhaul/agent.properties (added: crl)\n",
                        "\nThe service runs. Settings take a restart: systemctl restart backhaul-agent\n");
        assertThat(debian.sh("tail -n 1 " + AGENT)).isEqualTo("crl=crl.pem\n");
        // The list is there by now, but not of a relay's bundle: what is not in use is said, and not decided.
        assertThat(install("listed", "relay.example.net").expect(0).output())
                .contains(
                        "  the same  /etc/backhaul/relay.properties\n",
                        "The list of revoked certificates is not in use, since /etc/backhaul/relay.properties does not name it."
                                + " To use it, add the line relay.tls.crl=/etc/backhaul/crl.pem and restart backhaul-relay.\n");
        debian.sh("sed -i /^crl=/d " + AGENT);
        assertThat(install("listed", "home").expect(0).output()).contains("add the line crl=crl.pem");
        assertThat(debian.sh("cat " + AGENT)).doesNotContain("crl");
    }

    @Test
    void anotherMachinesBundleIsRefused() {
        install("first", "home").expect(0);
        expectRefusal(
                installing("first", "other"),
                AGENT + " has cert=home.crt, and this bundle is of the agent other.",
                "take the lines cert and key out of that file, then run this again.");

        debian.sh("sed -i '/^cert=/d; /^key=/d' " + AGENT);
        install("first", "other").expect(0);
        assertThat(debian.sh("grep -v '#' " + AGENT)).isEqualTo("""
                relay=relay.example.net:514
                ca=ca.crt

                cert=other.crt
                key=other.key
                """);
    }

    @Test
    void anotherAuthoritysBundleIsRefused() {
        install("first", "home").expect(0);
        expectRefusal(
                installing("strange", "home"),
                "/etc/backhaul/ca.crt belongs to another CA than this bundle.",
                "mv /etc/backhaul/ca.crt /etc/backhaul/ca.crt.old");

        // While one authority follows the other, both are trusted.
        debian.sh("cd /root/strange && tar xOf home.tar home/ca.crt >>/etc/backhaul/ca.crt");
        assertThat(install("first", "home").expect(0).output())
                .contains("  the same  /etc/backhaul/ca.crt (it has more than the bundle)\n");
        assertThat(install("strange", "home").expect(0).output())
                .contains("  the same  /etc/backhaul/ca.crt (it has more than the bundle)\n");
    }

    @Test
    void anOlderBundleDoesNotReplaceANewerOne() {
        install("listed", "home").expect(0);
        expectRefusal(
                installing("first", "home"),
                "/etc/backhaul/home.key is newer than this bundle. Make a new bundle ('backhaul-ca bundle home')");
    }

    @Test
    void withoutThePackageNothingHappens() {
        debian.sh("rm -r /etc/backhaul /usr/local/bin/backhaul-agent");
        expectRefusal(
                installing("first", "home"),
                "backhaul-agent is not installed on this machine. Install it first (apt install ./backhaul-agent_*_all.deb)");
        packages();
        debian.sh("rm -r /etc/backhaul; userdel backhaul-agent");
        expectRefusal(
                installing("first", "home"),
                "there is no user backhaul-agent in a group backhaul.",
                "systemd-sysusers backhaul-agent.conf");
        assertThat(run("ls /etc/backhaul").exit()).isNotZero();
    }

    @Test
    void whatIsNoBundleOrNotThisOneIsRefused() {
        String before = state();
        String ours = "cd /root/first; tar xOf home.tar install | sh -s ";
        expectRefusal(ours + "/etc/passwd", "/etc/passwd is no tar, or not all of it");
        expectRefusal(ours + "nowhere.tar", "cannot read the bundle nowhere.tar");
        expectRefusal(ours + "other.tar", "other.tar has no home/home.crt: it is not the bundle of the agent home");
        // Cut in any block behind the program. One that ends between two files is whole to tar itself.
        assertThat(debian.sh("""
                                cd /root/first
                                end=$(tar tvRf home.tar | sed -n 's/^block \\([0-9]*\\): \\*.*/\\1/p' | head -n 1)
                                for block in $(seq 24 $((end - 1))); do
                                    head -c $((block * 512)) home.tar >short.tar
                                    status=0
                                    tar xOf home.tar install | sh -s short.tar >said 2>&1 || status=$?
                                    echo "$status $(tail -n 1 said)"
                                done
                                """).lines()).hasSizeGreaterThan(10).containsOnly("1 Nothing was changed.");
        expectRefusal(
                "cp /root/first/home.tar /tmp; cd /tmp; chmod 644 home.tar; tar xOf home.tar install"
                        + " | setpriv --reuid=nobody --regid=nogroup --clear-groups sh -s home.tar",
                "this needs root");
        assertThat(run("cd /root/first; tar xOf home.tar install | sh")
                        .expect(2)
                        .output())
                .isEqualTo("As root, in the folder with the bundle: tar xOf home.tar install | sh -s home.tar\n");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aKeyThatWasMadeHereIsTakenFromBesideTheBundle() {
        expectRefusal(
                installing("laptop", "laptop"),
                "the key is not in laptop.tar: it was made on this machine. Copy laptop.key to where the bundle is");
        assertThat(install("withkey", "laptop").expect(0).output())
                .contains("  new       /etc/backhaul/laptop.key\n")
                .doesNotContain("rm laptop.tar");
        assertThat(modes()).contains("laptop.key 640 root:backhaul\n");
        // From then on it is where it belongs.
        install("laptop", "laptop").expect(0);
    }

    @Test
    void whatOthersCouldHavePutThereIsNotFollowed() {
        debian.sh("chmod 1777 /etc/backhaul");
        expectRefusal(
                installing("first", "home"), "/etc/backhaul belongs to others than root, or others can write in it.");
        debian.sh("chmod 755 /etc/backhaul; touch /root/elsewhere; ln -s /root/elsewhere /etc/backhaul/home.key");
        expectRefusal(installing("first", "home"), "/etc/backhaul/home.key is a link or a folder");
        assertThat(debian.sh("cat /root/elsewhere")).isEmpty();
    }

    @Test
    void whatTheCheckFindsIsInTheExitStatus() {
        debian.sh("printf '#!/bin/sh\\necho The relay is away.\\nexit 1\\n' >/usr/local/bin/backhaul-agent");
        assertThat(install("first", "home").expect(3).output())
                .contains(
                        "says:\nThe relay is away.\n",
                        "The files are in place, but the check has found something. Fix that first, and check again.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cert=other.crt",
                "  cert : other.crt",
                "cert other.crt",
                "#\\\ncert=other.crt",
                "\uFEFFcert=other.crt",
                "cert=first.crt\ncert=\\\n other.crt\ncert=other.crt"
            })
    void aSettingCountsAsJavaReadsIt(String text) {
        debian.run("sh", "-euc", "printf '%s\\n' \"$1\" >" + AGENT, "sh", text).expect(0);
        expectRefusal(installing("first", "home"), AGENT + " has cert=other.crt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#cert=other.crt", " ! cert=other.crt", "x=y\\\ncert=other.crt", "certificate=other.crt"})
    void whatIsNoSettingDoesNotCount(String text) {
        debian.run("sh", "-euc", "printf '%s\\n' \"$1\" >" + AGENT, "sh", text).expect(0);
        install("first", "home").expect(0);
        assertThat(debian.sh("cat " + AGENT)).startsWith(text + "\n\n# From").contains("\ncert=home.crt\n");
    }

    @Test
    void atNoMomentCanOthersReadAnything() {
        // Whatever is run looks first.
        debian.sh("""
                mkdir -p /root/spy
                for tool in cat chgrp chmod cmp find grep mv rm tail tar touch; do
                    printf '#!/bin/sh\\n/usr/bin/find /etc/backhaul -type f ! -name relay.properties \\\\( -perm -4 -o -perm -2 -o -size +0 -perm /40 ! -group backhaul \\\\) >>/root/seen\\necho %s >>/root/ran\\nexec %s "$@"\\n' \\
                        $tool $(command -v $tool) >/root/spy/$tool
                done
                chmod 755 /root/spy/*
                """);
        run("umask 000; cd /root/first; tar xOf home.tar install | PATH=/root/spy:$PATH sh -s home.tar")
                .expect(0);
        assertThat(debian.sh("sort -u /root/ran")).contains("chgrp\nchmod\n", "mv\n", "touch\n");
        assertThat(debian.sh("cat /root/seen")).isEmpty();
    }

    @Test
    void anInterruptedOneLeavesNothing() {
        install("first", "home").expect(0);
        String before = state();
        debian.sh(
                "mkdir -p /root/kill; printf '#!/bin/sh\\nkill -TERM $PPID\\n' >/root/kill/touch; chmod 755 /root/kill/touch");
        run("cd /root/renewed; tar xOf home.tar install | PATH=/root/kill:$PATH sh -s home.tar")
                .expect(1);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aFullDiskLeavesAllAsItWas() {
        debian.sh("rm -r /etc/backhaul; mkdir /etc/backhaul; mount -t tmpfs -o size=24k,mode=750 tmpfs /etc/backhaul");
        try {
            install("first", "home").expect(0);
            expectRefusal(installing("renewed", "home"), "is there room in /etc/backhaul?");
        } finally {
            debian.sh("umount /etc/backhaul");
        }
    }
}
