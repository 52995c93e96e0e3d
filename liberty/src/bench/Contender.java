import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One way from a UDP port of this machine to others: what is measured. */
abstract class Contender {
    /** Asked for by everybody for the first socket; the kernel grants up to net.core.rmem_max, root may have more. */
    static final int RECEIVE_BUFFER = 8 << 20;

    final String name;
    final Path directory;
    final Certificates certificates;

    Contender(String name, Path directory, Certificates certificates) {
        this.name = name;
        this.directory = directory;
        this.certificates = certificates;
    }

    /** Version of what is run, for the report. */
    abstract String version() throws IOException, InterruptedException;

    /** Can it have several receiving ends, of which one may stop? */
    boolean severalEnds() {
        return true;
    }

    /** Once, after the first start and its end: what its service does so that later starts are faster. */
    void prepare() throws IOException, InterruptedException {}

    /** Takes from UDP port {@code in}; brings every message to each of these ports. */
    abstract Running start(int in, int[] out) throws IOException, InterruptedException;

    /**
     * It runs.
     *
     * @param sending the end that takes from UDP, on the public host; null for none
     * @param receiving the other ends, one for each port
     * @param sendingReady seconds from start to taking connections; 0 if unknown
     * @param receivingReady seconds from the start of the first receiving end until it is connected; 0 if unknown
     */
    record Running(Proc sending, List<Proc> receiving, double sendingReady, double receivingReady)
            implements AutoCloseable {
        double receivingCpu() throws IOException {
            double sum = 0;
            for (Proc proc : receiving) {
                sum += proc.cpu();
            }
            return sum;
        }

        double cpu() throws IOException {
            return sendingCpu() + receivingCpu();
        }

        double sendingCpu() throws IOException {
            return sending == null ? 0 : sending.cpu();
        }

        @Override
        public void close() {
            receiving.forEach(Proc::close);
            if (sending != null) {
                sending.close();
            }
        }
    }

    static String firstLine(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().findFirst().orElse("");
    }

    /** Is something in this state on this port of 127.0.0.1? By the kernel's table: nothing is connected to. */
    static boolean inTable(String table, int port, String state) {
        String address = String.format(":%04X ", port);
        for (String file : new String[] {"/proc/net/" + table, "/proc/net/" + table + "6"}) {
            try {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String[] fields = line.strip().split("\\s+");
                    if ((fields[1] + " ").endsWith(address) && fields[3].equals(state)) {
                        return true;
                    }
                }
            } catch (IOException e) {
                return false;
            }
        }
        return false;
    }

    static boolean listens(int port) {
        return inTable("tcp", port, "0A");
    }

    static boolean connected(int port) {
        return inTable("tcp", port, "01");
    }

    static boolean receives(int port) {
        return inTable("udp", port, "07");
    }

    /** The limit: datagrams that nobody forwards. */
    static final class Bare extends Contender {
        Bare() {
            super("bare UDP", null, null);
        }

        @Override
        String version() {
            return "the kernel's loopback, generator to sink";
        }

        @Override
        Running start(int in, int[] out) {
            return new Running(null, List.of(), 0, 0);
        }
    }

    /** imudp, omfwd over TLS by OpenSSL with octet counts; imtcp, omfwd over UDP. */
    static final class Rsyslog extends Contender {
        Rsyslog(Path directory, Certificates certificates) {
            super("rsyslog", directory, certificates);
        }

        @Override
        String version() throws IOException, InterruptedException {
            return firstLine("rsyslogd", "-v").replaceAll("  | \\(.*", " ").strip();
        }

        private String globals(Certificates.Machine machine) {
            return "global(workDirectory=\"" + directory
                    + "\" DefaultNetstreamDriver=\"ossl\" DefaultNetstreamDriverCAFile=\""
                    + machine.ca() + "\" DefaultNetstreamDriverCertFile=\"" + machine.cert()
                    + "\" DefaultNetstreamDriverKeyFile=\"" + machine.key() + "\")\n"
                    + "template(name=\"raw\" type=\"string\" string=\"%rawmsg%\")\n";
        }

        private static String queue() {
            return " queue.type=\"FixedArray\" queue.size=\"200000\" queue.dequeueBatchSize=\"1024\"";
        }

        @Override
        Running start(int in, int[] out) throws IOException, InterruptedException {
            List<Proc> receiving = new ArrayList<>();
            StringBuilder actions = new StringBuilder();
            for (int i = 0; i < out.length; i++) {
                int tls = Bench.freePort();
                Path home = Files.createDirectories(directory.resolve("home-" + i));
                Path file = home.resolve("rsyslog.conf");
                Files.writeString(
                        file,
                        globals(certificates.relay()) + "module(load=\"imtcp\")\n"
                                + "ruleset(name=\"out\"" + queue()
                                + ") { action(type=\"omfwd\" target=\"127.0.0.1\" port=\""
                                + out[i] + "\" protocol=\"udp\" template=\"raw\") }\n"
                                + "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"" + tls
                                + "\" ruleset=\"out\" StreamDriver.Name=\"ossl\" StreamDriver.Mode=\"1\""
                                + " StreamDriver.AuthMode=\"x509/certvalid\" maxFrameSize=\"65536\")\n");
                Proc proc = run("rsyslog-home-" + i, file);
                receiving.add(proc);
                proc.await("listening", () -> listens(tls));
                actions.append("action(type=\"omfwd\" target=\"127.0.0.1\" port=\"" + tls
                        + "\" protocol=\"tcp\" TCP_Framing=\"octet-counted\" StreamDriver=\"ossl\" StreamDriverMode=\"1\""
                        + " StreamDriverAuthMode=\"x509/certvalid\" template=\"raw\"" + (out.length > 1 ? queue() : "")
                        + ")\n");
            }
            Path file = Files.createDirectories(directory).resolve("host.conf");
            Files.writeString(
                    file,
                    globals(certificates.agent("home-0"))
                            + "module(load=\"imudp\" TimeRequery=\"100\" batchSize=\"128\")\n"
                            + "ruleset(name=\"fwd\"" + queue() + ") {\n" + actions + "}\n"
                            + "input(type=\"imudp\" address=\"127.0.0.1\" port=\"" + in
                            + "\" ruleset=\"fwd\" rcvbufSize=\""
                            + RECEIVE_BUFFER + "\")\n");
            Proc sending = run("rsyslog-host", file);
            double ready = sending.await("receiving", () -> receives(in));
            return new Running(sending, receiving, ready, 0);
        }

        private Proc run(String name, Path file) throws IOException {
            return Proc.start(
                    name,
                    directory,
                    Map.of(),
                    List.of(
                            "rsyslogd",
                            "-n",
                            "-f",
                            file.toString(),
                            "-i",
                            directory.resolve(name + ".pid").toString()));
        }
    }

    /** UDP unparsed, lines over TLS, lines unparsed, UDP. */
    static final class SyslogNg extends Contender {
        SyslogNg(Path directory, Certificates certificates) {
            super("syslog-ng", directory, certificates);
        }

        @Override
        String version() throws IOException, InterruptedException {
            return firstLine("syslog-ng", "--version").replaceAll(".*\\((.*)\\)", "syslog-ng $1");
        }

        private static String head() {
            return "@version: 3.38\noptions { threaded(yes); stats-freq(0); log-fifo-size(200000); log-msg-size(65536); };\n";
        }

        private static String tls(Certificates.Machine machine) {
            return "tls(key-file(\"" + machine.key() + "\") cert-file(\"" + machine.cert() + "\") ca-file(\""
                    + machine.ca()
                    + "\") peer-verify(required-trusted) ssl-options(no-sslv2 no-sslv3 no-tlsv1 no-tlsv11 no-tlsv12))";
        }

        @Override
        Running start(int in, int[] out) throws IOException, InterruptedException {
            List<Proc> receiving = new ArrayList<>();
            StringBuilder paths = new StringBuilder();
            for (int i = 0; i < out.length; i++) {
                int port = Bench.freePort();
                Path home = Files.createDirectories(directory.resolve("home-" + i));
                Path file = home.resolve("syslog-ng.conf");
                Files.writeString(
                        file,
                        head() + "source s { network(ip(\"127.0.0.1\") port(" + port
                                + ") transport(\"tls\") flags(no-parse) log-fetch-limit(1000) log-iw-size(100000) "
                                + tls(certificates.relay()) + "); };\n"
                                + "destination d { network(\"127.0.0.1\" port(" + out[i]
                                + ") transport(\"udp\") template(\"${MESSAGE}\") so-sndbuf(4194304)); };\n"
                                + "log { source(s); destination(d); flags(flow-control); };\n");
                Proc proc = run("syslog-ng-home-" + i, home, file);
                receiving.add(proc);
                proc.await("listening", () -> listens(port));
                paths.append("destination d" + i + " { network(\"127.0.0.1\" port(" + port
                        + ") transport(\"tls\") template(\"${MESSAGE}\\n\") flush-lines(100) "
                        + tls(certificates.agent("home-0")) + "); };\nlog { source(s); destination(d" + i + "); };\n");
            }
            Path host = Files.createDirectories(directory.resolve("host"));
            Path file = host.resolve("syslog-ng.conf");
            Files.writeString(
                    file,
                    head() + "source s { network(ip(\"127.0.0.1\") port(" + in
                            + ") transport(\"udp\") flags(no-parse) log-fetch-limit(1000) log-iw-size(100000) so-rcvbuf("
                            + RECEIVE_BUFFER + ")); };\n" + paths);
            Proc sending = run("syslog-ng-host", host, file);
            double ready = sending.await("receiving", () -> receives(in));
            return new Running(sending, receiving, ready, 0);
        }

        private Proc run(String name, Path home, Path file) throws IOException {
            return Proc.start(
                    name,
                    home,
                    Map.of(),
                    List.of(
                            "syslog-ng",
                            "-F",
                            "--no-caps",
                            "-f",
                            file.toString(),
                            "-R",
                            home.resolve("persist").toString(),
                            "-p",
                            home.resolve("pid").toString(),
                            "-c",
                            home.resolve("ctl").toString()));
        }
    }

    /** The two programs of 30 lines beside this file, on LuaSocket and LuaSec. */
    static final class Lua extends Contender {
        private final Path scripts;

        Lua(Path directory, Certificates certificates, Path scripts) {
            super("Lua pair", directory, certificates);
            this.scripts = scripts;
        }

        @Override
        String version() throws IOException, InterruptedException {
            return firstLine("lua5.4", "-v").replaceAll("  .*", "") + ", LuaSocket and LuaSec, a pair of 30 lines";
        }

        /** It waits until each of them has taken the message. */
        @Override
        boolean severalEnds() {
            return false;
        }

        @Override
        Running start(int in, int[] out) throws IOException, InterruptedException {
            int tls = Bench.freePort();
            Proc relay = run("relay", in, tls, certificates.relay());
            double ready = relay.await("accepting", () -> listens(tls) && receives(in));
            Proc agent = run("agent", tls, out[0], certificates.agent("home-0"));
            double connected = agent.await("connected", () -> agent.says("connected"));
            return new Running(relay, List.of(agent), ready, connected);
        }

        private Proc run(String name, int from, int to, Certificates.Machine own) throws IOException {
            return Proc.start(
                    name,
                    directory,
                    Map.of(),
                    List.of(
                            "lua5.4",
                            scripts.resolve(name + ".lua").toString(),
                            String.valueOf(from),
                            String.valueOf(to),
                            own.cert().toString(),
                            own.key().toString(),
                            own.ca().toString()));
        }
    }

    /** This project, as it is packaged, and started as its service starts it. */
    static final class Backhaul extends Contender {
        private final Path java;
        private final Path relay;
        private final Path agent;
        private final Path runtime;
        private int tls; // of the last start

        /**
         * @param relay directory with the unpacked archive
         * @param agent the launcher
         * @param runtime directory of the ring; null if that is in memory
         */
        Backhaul(
                String name,
                Path directory,
                Certificates certificates,
                Path java,
                Path relay,
                Path agent,
                Path runtime) {
            super(name, directory, certificates);
            this.java = java;
            this.relay = relay;
            this.agent = agent;
            this.runtime = runtime;
        }

        @Override
        String version() throws IOException, InterruptedException {
            return "on "
                    + firstLine(java.resolve("bin/java").toString(), "-version").replace("\"", "");
        }

        @Override
        Running start(int in, int[] out) throws IOException, InterruptedException {
            return start(in, out, Map.of());
        }

        @Override
        void prepare() throws IOException, InterruptedException {
            ProcessBuilder builder =
                    new ProcessBuilder(relay.resolve("bin/backhaul-relay").toString(), "prepare");
            builder.environment().putAll(environment(Bench.freePort()));
            if (builder.redirectErrorStream(true)
                            .redirectOutput(directory.resolve("prepare.log").toFile())
                            .start()
                            .waitFor()
                    != 0) {
                throw new IOException(Files.readString(directory.resolve("prepare.log")));
            }
        }

        private Map<String, String> environment(int in) throws IOException, InterruptedException {
            Certificates.Machine own = certificates.relay();
            Map<String, String> environment = new HashMap<>(Map.of(
                    "JAVA_HOME", java.toString(),
                    "STATE_DIRECTORY", folder(directory.resolve("state")),
                    "LOGS_DIRECTORY", folder(directory.resolve("logs")),
                    "RELAY_UDP_PORT", String.valueOf(in),
                    "RELAY_UDP_RECEIVE_BUFFER", String.valueOf(RECEIVE_BUFFER),
                    "HTTP_PORT", String.valueOf(Bench.freePort())));
            environment.putAll(Map.of(
                    "RELAY_TLS_ADDRESS", "127.0.0.1",
                    "RELAY_TLS_PORT", String.valueOf(tls),
                    "RELAY_TLS_CERT", own.cert().toString(),
                    "RELAY_TLS_KEY", own.key().toString(),
                    "RELAY_TLS_CA", own.ca().toString(),
                    "RELAY_TLS_ISSUER", certificates.issuer()));
            if (runtime == null) {
                environment.put("RELAY_BACKLOG_FILE", "none");
            } else {
                environment.put("RUNTIME_DIRECTORY", folder(runtime));
            }
            return environment;
        }

        /** @param settings more of them, as in the environment */
        Running start(int in, int[] out, Map<String, String> settings) throws IOException, InterruptedException {
            tls = Bench.freePort();
            Map<String, String> environment = environment(in);
            environment.putAll(settings);
            Proc sending = Proc.start(
                    "relay",
                    directory,
                    environment,
                    List.of(relay.resolve("bin/backhaul-relay").toString(), "run"));
            double ready = sending.await("accepting", () -> listens(tls) && receives(in));
            sending.await("ready", () -> sending.says("CWWKF0011I"));
            List<Proc> agents = new ArrayList<>();
            double connected = 0;
            for (int i = 0; i < out.length; i++) {
                Proc proc = agent("agent-" + i, "home-" + i, out[i]);
                agents.add(proc);
                double took = proc.await("connected", () -> proc.says("heartbeat every"));
                connected = i == 0 ? took : connected;
            }
            return new Running(sending, agents, ready, connected);
        }

        private static String folder(Path path) throws IOException {
            return Files.createDirectories(path).toString();
        }

        /** So many more agents in one process, on the relay that was started last. Waits until they are connected. */
        Proc crowd(int count, boolean reads) throws IOException, InterruptedException {
            Certificates.Machine own = certificates.agent("crowd");
            Proc crowd = Proc.start(
                    "crowd",
                    directory,
                    Map.of(),
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "Crowd",
                            String.valueOf(tls),
                            String.valueOf(count),
                            reads ? "read" : "ignore",
                            own.cert().toString(),
                            own.key().toString(),
                            own.ca().toString()));
            crowd.await("connected", () -> crowd.says(" s\n"));
            return crowd;
        }

        private Proc agent(String name, String machine, int collector) throws IOException {
            Certificates.Machine own = certificates.agent(machine);
            List<String> command = new ArrayList<>();
            command.addAll(List.of(
                    agent.toString(),
                    "run",
                    "--relay",
                    "127.0.0.1:" + tls,
                    "--cert",
                    own.cert().toString(),
                    "--key",
                    own.key().toString(),
                    "--ca",
                    own.ca().toString(),
                    "--collector",
                    "127.0.0.1:" + collector));
            String home = folder(directory.resolve(name));
            return Proc.start(name, directory, Map.of("HOME", home, "JAVA_HOME", java.toString()), command);
        }
    }
}
