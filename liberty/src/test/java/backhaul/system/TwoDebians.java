package backhaul.system;

import java.nio.file.Path;
import java.util.List;

/** A server and a home, throw-away Debians with a real systemd and a cable between them. */
record TwoDebians(ThrowawayDebian server, ThrowawayDebian home) implements AutoCloseable {
    static final String RELAY_NAME = "relay.example.net";
    static final String SERVER_ADDRESS = "203.0.113.5";

    /** This machine's Debian, or another with as much installed: {@code -Dbackhaul.debian=FOLDER}. */
    static TwoDebians boot(String serverName, String homeName) {
        Path root = Path.of(System.getProperty("backhaul.debian", "/"));
        TwoDebians both = boot(serverName, homeName, root);
        if (!root.equals(Path.of("/"))) {
            both.server.sh("apt install default-jre-headless rsyslog logrotate");
            both.home.sh("apt install default-jre-headless rsyslog logrotate");
        }
        return both;
    }

    /**
     * They run, and have an apt that asks nothing; nothing of ours is in them.
     *
     * @param root this machine, whose Java is that of this build, or what {@code liberty/src/test/debian/make} made
     */
    static TwoDebians boot(String serverName, String homeName, Path root) {
        Tool.require("rsyslogd");
        Tool.require("apt");
        ThrowawayDebian server = ThrowawayDebian.boot(serverName, root);
        ThrowawayDebian home;
        try {
            home = ThrowawayDebian.boot(homeName, root);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        TwoDebians both = new TwoDebians(server, home);
        try {
            both.prepare();
            if (root.equals(Path.of("/"))) {
                both.haveThisMachinesJava();
            }
            return both;
        } catch (RuntimeException | Error e) {
            both.close();
            throw e;
        }
    }

    private void prepare() {
        ThrowawayDebian.connect(server, SERVER_ADDRESS + "/24", home, "203.0.113.7/24");
        home.sh("echo " + SERVER_ADDRESS + " " + RELAY_NAME + " >>/etc/hosts");
        for (ThrowawayDebian debian : List.of(server, home)) {
            // A relay that starts sooner. Images for containers leave documents out. Where apt asks, the answer is yes.
            debian.sh("""
                    mkdir -p /run/systemd/system/backhaul-relay.service.d
                    printf '[Service]\\nEnvironment=JVM_ARGS=-XX:TieredStopAtLevel=1\\n' \\
                        >/run/systemd/system/backhaul-relay.service.d/quick.conf
                    for file in /etc/dpkg/dpkg.cfg /etc/dpkg/dpkg.cfg.d/*; do
                        [ ! -f $file ] || sed -i /^path-exclude/d $file
                    done
                    echo 'APT::Get::Assume-Yes "true"; DPkg::Options { "--force-unsafe-io"; "--force-confold"; };' \\
                        >/etc/apt/apt.conf.d/99throwaway
                    """);
        }
    }

    private void haveThisMachinesJava() {
        // A Java of the machine's PATH is found; any other is set as an administrator would. Neither has a JDK's
        // headers.
        Path java = Path.of(System.getProperty("java.home"));
        boolean found = server.sh("readlink -f /usr/bin/java").startsWith(java.toString());
        for (ThrowawayDebian debian : List.of(server, home)) {
            // There is no network: what is installed is the newest.
            debian.sh("rm -rf /var/lib/apt/lists/* " + java + "/include");
            for (String unit : found ? List.<String>of() : List.of("relay", "agent")) {
                debian.sh("""
                        mkdir -p /run/systemd/system/backhaul-%1$s.service.d
                        printf '[Service]\\nEnvironment=JAVA_HOME=%2$s\\n' >/run/systemd/system/backhaul-%1$s.service.d/java.conf
                        """.formatted(unit, java));
            }
        }
    }

    /** Types this at the server as root. It relies on no umask: here and at home it is not that of most machines. */
    Command typeAtServer(String script) {
        return server.run("sh", "-euc", "umask 077\ncd /root\n" + script);
    }

    /** The same at home. */
    Command typeAtHome(String script) {
        return home.run("sh", "-euc", "umask 027\ncd /root\n" + script);
    }

    @Override
    public void close() {
        server.close();
        home.close();
    }
}
