package backhaul.system;

import java.nio.file.Path;
import java.util.List;

/** A server and a home, throw-away Debians with a real systemd and a cable between them. */
record TwoDebians(ThrowawayDebian server, ThrowawayDebian home) implements AutoCloseable {
    static final String RELAY_NAME = "relay.example.net";
    static final String SERVER_ADDRESS = "203.0.113.5";

    /** They run, and have the Java of this build and an apt that asks nothing; nothing of ours is in them. */
    static TwoDebians boot(String serverName, String homeName) {
        Tool.require("rsyslogd");
        Tool.require("apt");
        ThrowawayDebian server = ThrowawayDebian.boot(serverName);
        ThrowawayDebian home;
        try {
            home = ThrowawayDebian.boot(homeName);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        TwoDebians both = new TwoDebians(server, home);
        try {
            both.prepare();
            return both;
        } catch (RuntimeException | Error e) {
            both.close();
            throw e;
        }
    }

    private void prepare() {
        ThrowawayDebian.connect(server, SERVER_ADDRESS + "/24", home, "203.0.113.7/24");
        home.sh("echo " + SERVER_ADDRESS + " " + RELAY_NAME + " >>/etc/hosts");
        // A Java of the machine's PATH is found; any other is set as an administrator would. Neither has a JDK's
        // headers.
        Path java = Path.of(System.getProperty("java.home"));
        String unit = "[Service]\\n";
        if (!server.sh("readlink -f /usr/bin/java").startsWith(java.toString())) {
            unit += "Environment=JAVA_HOME=" + java + "\\n";
        }
        for (ThrowawayDebian debian : List.of(server, home)) {
            debian.sh("""
                    rm -rf %s/include
                    for unit in relay agent; do
                        mkdir -p /run/systemd/system/backhaul-$unit.service.d
                        printf '%s' >/run/systemd/system/backhaul-$unit.service.d/java.conf
                    done
                    printf 'Environment=JVM_ARGS=-XX:TieredStopAtLevel=1\\n' >>/run/systemd/system/backhaul-relay.service.d/java.conf
                    """.formatted(java, unit));
            // There is no network: what is installed is the newest. Images for containers leave documents out. And
            // where apt asks, the answer is yes.
            debian.sh("""
                    rm -rf /var/lib/apt/lists/*
                    sed -i /^path-exclude/d /etc/dpkg/dpkg.cfg.d/* /etc/dpkg/dpkg.cfg
                    echo 'APT::Get::Assume-Yes "true"; DPkg::Options { "--force-unsafe-io"; "--force-confold"; };' \\
                        >/etc/apt/apt.conf.d/99throwaway
                    """);
        }
    }

    @Override
    public void close() {
        server.close();
        home.close();
    }
}
