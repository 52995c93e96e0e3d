package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged relay on Open Liberty, as a process with its own ports, configured by its environment. */
final class RelayServer implements AutoCloseable {
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");
    private static final Duration STOP = Duration.ofSeconds(30);

    private static final Object STARTING = new Object();

    private static RelayServer shared; // guarded by the class

    private final String name;
    private final Path program; // Liberty's bin/server
    private final Set<String> inFile = new HashSet<>(); // settings that are not in the environment
    private List<String> command;
    private final Path directory;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<String> before = new ArrayList<>(); // the command that runs the program
    private Namespace namespace = Namespace.OWN;
    private Daemon process; // null until started

    private RelayServer(String name, Path liberty) {
        this.name = name;
        this.program = liberty.resolve("bin/server");
        command = List.of(program.toString(), "run", "relay");
        directory = Build.scratch(name);
        Machine machine = Ca.shared().relay();
        with("jvm.args", "-XX:TieredStopAtLevel=1"); // half the CPU time of a start
        with("http.port", Ports.free());
        with("relay.udp.port", Ports.free());
        with("relay.tls.port", Ports.free());
        with("relay.tls.address", "127.0.0.1");
        with("relay.tls.cert", machine.cert());
        with("relay.tls.key", machine.key());
        with("relay.tls.ca", machine.ca());
        with("relay.tls.issuer", Ca.shared().issuer());
    }

    /** A relay that is not started yet. */
    static RelayServer named(String name) {
        RelayServer relay = new RelayServer(name, Build.server());
        Build.copy(Build.server().resolve("usr/servers/relay"), relay.serverDirectory());
        return relay;
    }

    /** A Liberty as it is unpacked, with a new server of this configuration and the application, not started yet. */
    static RelayServer stock(String name, String serverXml) {
        RelayServer relay = new RelayServer(name, Build.stockLiberty());
        Command.run(relay.directory, relay.environment(), List.of(relay.program.toString(), "create", "relay"))
                .expect(0);
        try {
            Files.writeString(relay.serverDirectory().resolve("server.xml"), serverXml);
            Files.copy(Build.war(), relay.serverDirectory().resolve("apps/backhaul-relay.war"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return relay;
    }

    /** One relay with default settings for all tests that do not change it; a start takes 5 s. */
    static synchronized RelayServer shared() {
        if (shared == null) {
            shared = named("shared-relay").atFullSpeed().up();
        }
        return shared;
    }

    /** Sets another value than the harness or the program would choose. */
    RelayServer with(String key, Object value) {
        settings.put(key, value.toString());
        return this;
    }

    /** Runs it in a network namespace, where agents reach it under this address. */
    RelayServer in(Namespace network, String address) {
        namespace = network;
        Machine machine = Ca.shared().relay(address);
        with("relay.tls.address", address);
        with("relay.tls.cert", machine.cert());
        with("relay.tls.key", machine.key());
        return this;
    }

    /** With the compiler that it has in use; for tests with many messages. */
    RelayServer atFullSpeed() {
        settings.remove("jvm.args");
        return this;
    }

    /** Puts this setting into the administrator's file, not into the environment. */
    RelayServer inFile(String key) {
        inFile.add(key);
        return withLine(key + "=" + setting(key));
    }

    /** Started by the package's command, and not by Liberty's. */
    RelayServer byCommand() {
        command = List.of(Build.launcher().toString(), "run");
        return this;
    }

    /** A line of the administrator's file. */
    RelayServer withLine(String line) {
        try {
            Files.writeString(
                    serverDirectory().resolve("relay.properties"), "\n" + line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** With its UDP socket as standard input, as a service manager hands it over. */
    RelayServer handedOver() {
        String script = "socket(S, PF_INET, SOCK_DGRAM, 0); bind(S, sockaddr_in(shift, INADDR_LOOPBACK)) or die;"
                + " open(STDIN, '<&', \\*S) or die; exec @ARGV";
        before.addAll(List.of(Tool.require("perl"), "-MSocket", "-e", script, setting("relay.udp.port")));
        return this;
    }

    RelayServer start() {
        List<String> all = new ArrayList<>(before);
        all.addAll(command);
        process = Daemon.start("relay", directory, environment(), namespace.enter(all));
        return this;
    }

    /** The environment that it is started with, including its settings. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        settings.forEach((key, value) -> {
            if (!inFile.contains(key)) {
                environment.put(variable(key), value);
            }
        });
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("WLP_USER_DIR", directory.resolve("usr").toString());
        return environment;
    }

    /** A setting's name in the environment. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** Starts it and waits until it is ready; one after another if tests run in parallel. */
    RelayServer up() {
        synchronized (STARTING) {
            return start().ready();
        }
    }

    /** Waits until it reports that it is ready. */
    RelayServer ready() {
        try {
            // Asking takes processes where there is a namespace: not before it has something to say.
            Wait.until(
                    name + " is ready",
                    Wait.START,
                    () -> (namespace.equals(Namespace.OWN) || log().contains("Relay started")) && health().isUp()
                            || !process.isAlive());
        } catch (RuntimeException e) {
            throw new AssertionError(e.getMessage() + ": " + health() + "\n" + log(), e);
        }
        assertThat(process.isAlive()).as("%s is alive: %s", name, log()).isTrue();
        return this;
    }

    Path serverDirectory() {
        return directory.resolve("usr/servers/relay");
    }

    String setting(String key) {
        return settings.get(key);
    }

    int tlsPort() {
        return Integer.parseInt(setting("relay.tls.port"));
    }

    int udpPort() {
        return Integer.parseInt(setting("relay.udp.port"));
    }

    InetSocketAddress udp() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), udpPort());
    }

    /** Its readiness. */
    Health health() {
        return health("ready");
    }

    Health health(String check) {
        return Health.get(namespace, Integer.parseInt(setting("http.port")), check);
    }

    /** Its numbers. */
    Books books() {
        return new Books(namespace.get(Integer.parseInt(setting("http.port")), "/status"));
    }

    Namespace namespace() {
        return namespace;
    }

    /** Host and port for agents. */
    String address() {
        return setting("relay.tls.address") + ":" + tlsPort();
    }

    /** Waits until so many agents are connected. */
    RelayServer awaitAgents(int count) {
        Wait.until(count + " agents at " + name, () -> health().number("agents") == count);
        return this;
    }

    /** Its console output. */
    String log() {
        return process.log();
    }

    Daemon process() {
        return process;
    }

    /** Bytes of memory that the process holds. */
    long residentSize() {
        try {
            Matcher line = Pattern.compile("VmRSS:\\s+(\\d+) kB")
                    .matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            assertThat(line.find()).isTrue();
            return Long.parseLong(line.group(1)) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When it logged the first line with this text. */
    OffsetDateTime loggedAt(String text) {
        try {
            return Files.readAllLines(serverDirectory().resolve("logs/messages.log")).stream()
                    .filter(line -> line.contains(text))
                    .findFirst()
                    .map(line -> OffsetDateTime.parse(line.substring(1, line.indexOf(']')), LOG_TIME))
                    .orElseThrow(() -> new AssertionError("No line with '" + text + "' in messages.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM, and its exit code. */
    int stop() {
        process.terminate();
        return process.awaitExit(STOP);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
