package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * This machine's Debian once more, or another, with a systemd, a network and files of its own: software that is
 * installed and started in there leaves no trace outside, and is gone when it is closed.
 */
final class ThrowawayDebian implements AutoCloseable {
    private final Path directory;
    private final Daemon process;
    private final String init; // systemd, by the process id that it has outside
    private final String group;

    private ThrowawayDebian(Path directory, Daemon process, String init, String group) {
        this.directory = directory;
        this.process = process;
        this.init = init;
        this.group = group;
    }

    /** This machine's. */
    static ThrowawayDebian boot(String name) {
        return boot(name, Path.of("/"));
    }

    /**
     * It runs and is called that. If something is missing on this machine, the test is skipped, or fails.
     *
     * @param root where such a Debian is
     */
    static ThrowawayDebian boot(String name, Path root) {
        Tool.requireRoot();
        Tool.require("dpkg");
        Tool.require("ip");
        Tool.require("nsenter");
        Tool.require("systemctl");
        Path directory = Build.scratch("debian-" + name);
        try {
            Path top = Files.createDirectory(directory.resolve("top"));
            Path mnt = Files.createDirectory(directory.resolve("mnt"));
            String group = "backhaul-" + ProcessHandle.current().pid() + "-" + name;
            List<String> command = List.of(
                    Tool.require("unshare"),
                    "--mount",
                    "--pid",
                    "--net",
                    "--uts",
                    "--ipc",
                    "--cgroup",
                    "--fork",
                    "--kill-child=KILL",
                    script("boot"),
                    root.toString(),
                    top.toString(),
                    mnt.toString(),
                    group);
            Daemon process = Daemon.start("debian", directory, Map.of(), command);
            try {
                ThrowawayDebian debian = new ThrowawayDebian(directory, process, init(process), group);
                Wait.until(name + " is up: " + process.log(), Wait.START, debian::isUp);
                debian.sh("hostname " + name);
                return debian;
            } catch (RuntimeException | Error e) {
                end(directory, process, group);
                throw new AssertionError(e.getMessage() + "\n" + process.log(), e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String script(String name) {
        return Build.root().resolve("liberty/src/test/debian").resolve(name).toString();
    }

    /** The program in the namespaces; until it is systemd, there is a script that makes ready for it. */
    private static String init(Daemon process) {
        ProcessHandle unshare = ProcessHandle.of(process.pid()).orElseThrow();
        Wait.until(
                "systemd: " + process.log(),
                Wait.START,
                () -> unshare.children()
                        .anyMatch(child -> child.info()
                                .command()
                                .filter(c -> c.endsWith("/systemd"))
                                .isPresent()));
        return String.valueOf(unshare.children().findFirst().orElseThrow().pid());
    }

    /** Joins the two by a cable between interfaces {@code eth0}, with these addresses. */
    static void connect(ThrowawayDebian one, String address, ThrowawayDebian other, String otherAddress) {
        Namespace.run(
                List.of((Tool.require("ip") + " link add eth0 netns " + one.init + " type veth peer name eth0 netns "
                                + other.init)
                        .split(" ")),
                "");
        one.sh("ip addr add " + address + " dev eth0 && ip link set eth0 up");
        other.sh("ip addr add " + otherAddress + " dev eth0 && ip link set eth0 up");
    }

    private boolean isUp() {
        // Of a machine that has just begun, systemctl has nothing to ask yet.
        String state = run("systemctl", "is-system-running").output();
        return state.startsWith("running") || state.startsWith("degraded");
    }

    /** Puts a file of this machine into a folder of that one. */
    void put(Path file, String folder) {
        try {
            Path copy = Files.copy(file, directory.resolve("mnt").resolve(file.getFileName()));
            sh("cp /mnt/" + copy.getFileName() + " " + folder);
            Files.delete(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs this in there to its end. */
    Command run(String... command) {
        List<String> entered = new ArrayList<>(List.of(Tool.require("nsenter"), "--all", "--target", init));
        entered.addAll(List.of(command));
        // As after logging in; nothing of what Maven runs with.
        entered.addAll(
                4,
                List.of(
                        "env",
                        "-i",
                        "LC_ALL=C.UTF-8",
                        "HOME=/root",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "DEBIAN_FRONTEND=noninteractive"));
        return Command.run(directory, Map.of(), entered);
    }

    /** The same with lines of shell, which must succeed; returns their output. */
    String sh(String script) {
        Command done = run("sh", "-euc", script);
        if (done.exit() != 0) {
            String journal =
                    run("journalctl", "--quiet", "--no-pager", "--lines=200").output();
            done = new Command(done.command(), done.exit(), done.output() + "Its journal ends with:\n" + journal);
        }
        return done.expect(0).output();
    }

    /** The log of a unit since its first start. */
    String journal(String unit) {
        return sh("journalctl --quiet --no-pager --output=cat --unit=" + unit);
    }

    @Override
    public void close() {
        end(directory, process, group);
    }

    private static void end(Path directory, Daemon process, String group) {
        process.close();
        List<String> end = List.of(
                Tool.require("unshare"),
                "--mount",
                "--cgroup",
                script("end"),
                directory.resolve("top").toString(),
                group);
        Wait.until(
                "nothing runs in it any more",
                () -> Command.run(directory, Map.of(), end).exit() == 0);
    }
}
