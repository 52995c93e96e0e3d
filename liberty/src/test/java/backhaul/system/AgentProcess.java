package backhaul.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The agent's jar as a process of its own. */
final class AgentProcess implements AutoCloseable {
    private final Path directory;
    private final Namespace namespace;
    private final Map<String, String> environment;
    private final List<String> command;
    private Daemon process;

    private AgentProcess(Path directory, Namespace namespace, Map<String, String> environment, List<String> command) {
        this.directory = directory;
        this.namespace = namespace;
        this.environment = environment;
        this.command = command;
        start();
    }

    /** Starts an agent with a certificate of this name; it is not yet connected. */
    static AgentProcess start(String name, int collector, RelayServer... relays) {
        return start(name, Namespace.OWN, List.of(), collector, relays);
    }

    /** The same in a network namespace, with further options; one of them, %STATE%, is a file that is not there yet. */
    static AgentProcess start(
            String name, Namespace namespace, List<String> options, int collector, RelayServer... relays) {
        return start(name, namespace, List.of(), options, collector, relays);
    }

    /** The same on a virtual machine with these options. */
    static AgentProcess start(
            String name,
            Namespace namespace,
            List<String> machineOptions,
            List<String> options,
            int collector,
            RelayServer... relays) {
        return start(name, namespace, Map.of(), machineOptions, options, "127.0.0.1:" + collector, relays);
    }

    /** The same with a collector anywhere, and something more in its environment. */
    static AgentProcess start(
            String name,
            Namespace namespace,
            Map<String, String> environment,
            List<String> options,
            String collector,
            RelayServer... relays) {
        return start(name, namespace, environment, List.of(), options, collector, relays);
    }

    private static AgentProcess start(
            String name,
            Namespace namespace,
            Map<String, String> environment,
            List<String> machineOptions,
            List<String> options,
            String collector,
            RelayServer... relays) {
        Path directory = Build.scratch("agent-" + name);
        Machine machine = Ca.shared().agent(name);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-Xmx32m"));
        command.addAll(machineOptions);
        command.addAll(List.of(
                "-jar",
                Build.agentJar().toString(),
                "run",
                "--cert",
                machine.cert().toString(),
                "--key",
                machine.key().toString(),
                "--ca",
                machine.ca().toString()));
        if (!options.contains("--collector")) {
            command.addAll(List.of("--collector", collector));
        }
        for (RelayServer relay : relays) {
            command.add("--relay");
            command.add(relay.address());
        }
        for (String option : options) {
            command.add(option.replace("%STATE%", directory.resolve("position").toString()));
        }
        return new AgentProcess(directory, namespace, environment, command);
    }

    /** Starts it again, after it has ended, with the same files. */
    void start() {
        // Its state, if it keeps any, stays within the test.
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOME", directory.toString());
        all.put("XDG_STATE_HOME", directory.toString());
        process = Daemon.start("agent", directory, all, namespace.enter(command));
    }

    Daemon process() {
        return process;
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
