package backhaul.agent;

import backhaul.pki.CredentialsWatch;
import backhaul.transport.CheckReport;
import backhaul.transport.ServiceManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The agent's {@code main}: runs one command, and decides how it ends. */
public final class AgentCommand {
    private static final Logger LOG = System.getLogger(AgentCommand.class.getPackageName());

    static final int UNEXPECTED = 1;

    /** A service has 2 s to stop; the rest is for saving the positions and for the JVM. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(1000);

    /** Whatever hangs then, even a standard error that nobody reads. */
    private static final Duration HALT_LIMIT = Duration.ofMillis(1300);

    private static volatile Agent running; // written by main; null until there is one
    private static volatile boolean ended; // written by main: the JVM exits by itself then

    private AgentCommand() {}

    public static void main(String[] arguments) {
        // First of all: a service is stopped by a signal, however early it comes.
        Signals.watch();
        Runtime.getRuntime().addShutdownHook(new Thread(AgentCommand::stop, "stop"));
        endOnFailure();
        int status = Commands.commandLine()
                .setExecutionStrategy(AgentCommand::execute)
                .execute(arguments);
        ended = true;
        System.exit(status);
    }

    private static int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        if (!parsed.hasSubcommand()) {
            parsed.commandSpec().commandLine().usage(System.err);
            return CommandLine.ExitCode.USAGE;
        }
        ParseResult command = parsed.subcommand();
        String name = command.commandSpec().name();
        ended = !name.equals(Commands.RUN); // a signal ends the others like any command
        try {
            return switch (name) {
                case Commands.RUN -> run(flags(command));
                case Commands.TAIL -> TailCommand.run(command, flags(command));
                case Commands.CHECK -> check(flags(command), command.hasMatchedOption(Commands.MESSAGE));
                default -> status(flags(command), command.hasMatchedOption(Commands.WATCH));
            };
        } catch (ConfigException e) {
            e.problems().forEach(problem -> LOG.log(Level.ERROR, problem));
            return ConfigException.EXIT_STATUS;
        } catch (InterruptedException e) {
            return UNEXPECTED;
        }
    }

    private static Map<Setting, List<String>> flags(ParseResult parsed) {
        Map<Setting, List<String>> flags = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (parsed.hasMatchedOption(setting.flag())) {
                flags.put(setting, parsed.matchedOption(setting.flag()).originalStringValues());
            }
        }
        return flags;
    }

    private static int run(Map<Setting, List<String>> flags) throws ConfigException, InterruptedException {
        Signals.surviveHangup();
        AgentConfig config = AgentConfig.from(flags, System.getenv());
        UnixSender.check(config.collector());
        CredentialsWatch credentials = config.credentials();
        Agent agent = agent(config, credentials);
        running = agent;
        ServiceManager manager = ServiceManager.of(
                System.getenv(),
                ProcessHandle.current().pid(),
                AgentCommand::later,
                sentence -> LOG.log(Level.WARNING, sentence));
        if (manager != null) {
            agent.reportTo(manager);
        }
        agent.start();
        agent.join();
        return Signals.ending() == null ? UNEXPECTED : CommandLine.ExitCode.OK;
    }

    /** Runs it on a thread that ends with it: twice a minute. */
    private static void later(Runnable task) {
        Thread thread = new Thread(task, "notify");
        thread.setDaemon(true);
        thread.start();
    }

    private static Agent agent(AgentConfig config, CredentialsWatch credentials) throws ConfigException {
        State state = State.open(config.state());
        try {
            return Agent.of(config, credentials, state);
        } catch (OutOfMemoryError e) {
            int relays = config.relays().size();
            throw new ConfigException(List.of(Setting.RELAY.key() + " names "
                    + relays + " relays, for which the JVM's memory of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB is too small: with a collector by TCP each takes a MiB, else half of one; name fewer, or set"
                    + " BACKHAUL_JAVA_OPTIONS=-Xmx" + (32 + relays) + "m in the environment"));
        }
    }

    private static int check(Map<Setting, List<String>> flags, boolean message) {
        CheckReport report = new CheckReport(System.out, CommandLine.Help.Ansi.AUTO.enabled());
        return new AgentCheck(flags, System.getenv(), report).run(message);
    }

    private static int status(Map<Setting, List<String>> flags, boolean watch) throws ConfigException {
        Path file = AgentConfig.metricsFile(flags, System.getenv());
        return watch
                ? StatusWatch.onStandardOutput(file).run()
                : new AgentStatus(file, System.out, Instant.now()).run();
    }

    /** Runs as the JVM shuts down: for a signal the exit status is 0 and not the JVM's 143. */
    private static void stop() {
        if (ended) {
            return;
        }
        String signal = Signals.ending();
        int status = signal == null ? UNEXPECTED : CommandLine.ExitCode.OK;
        new Deadline(HALT_LIMIT, () -> Runtime.getRuntime().halt(status));
        Agent agent = running;
        if (agent != null) {
            agent.stop(STOP_LIMIT);
        }
        if (signal == null) {
            LOG.log(Level.ERROR, "The agent ends, and no signal has asked for it");
        } else {
            LOG.log(Level.INFO, "Stopped by " + signal);
        }
        Runtime.getRuntime().halt(status);
    }

    /** If any thread fails, the process ends and is started again: an end that nobody asked for is a failure. */
    private static void endOnFailure() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            try {
                LOG.log(Level.ERROR, "The agent ends: thread " + thread.getName() + " failed", failure);
            } finally {
                Runtime.getRuntime().halt(UNEXPECTED); // even if there is no memory, or no class, to report it
            }
        });
    }

    static String version() {
        String version = AgentCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}
