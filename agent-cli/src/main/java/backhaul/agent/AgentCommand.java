package backhaul.agent;

import backhaul.transport.CredentialsWatch;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command line of the agent. */
public final class AgentCommand {
    private static final Logger LOG = System.getLogger(AgentCommand.class.getPackageName());

    private static final String RUN = "run";
    private static final String CHECK = "check";
    private static final String MESSAGE = "--message";

    private static final int UNEXPECTED = 1;

    /** A service is given 2 s to stop; the rest is for saving the positions and for the JVM. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(1000);

    /** Whatever hangs then, a standard error that nobody reads among it. */
    private static final Duration HALT_LIMIT = Duration.ofMillis(1300);

    private static volatile Agent running; // written by main; null until there is one
    private static volatile boolean ended; // written by main: the JVM exits by itself then

    private AgentCommand() {}

    public static void main(String[] arguments) {
        // First of all: a signal is how a service is stopped, however early it comes.
        Runtime.getRuntime().addShutdownHook(new Thread(AgentCommand::stopOnSignal, "stop"));
        int status = commandLine().execute(arguments);
        ended = true;
        System.exit(status);
    }

    static CommandLine commandLine() {
        CommandSpec agent = CommandSpec.create().name("backhaul-agent").mixinStandardHelpOptions(true);
        agent.versionProvider(() -> new String[] {"backhaul-agent " + version()});
        agent.usageMessage().description("The home end of Backhaul, a reverse syslog relay.");
        agent.addSubcommand(
                RUN,
                withSettings(
                        agent,
                        "Follows the relays and hands every message to the collector, until it is stopped.",
                        "Exit status: 0 stopped, 1 unexpected, 2 usage, 78 configuration."));
        CommandSpec check = withSettings(
                agent,
                "Checks the way from each relay to the collector step by step, and says what is wrong and what to do."
                        + " It changes nothing and does not disturb an agent that is running.",
                "Exit status: 0 all is well, 1 something is not, 2 usage, 78 configuration or certificate files.");
        check.addOption(OptionSpec.builder(MESSAGE)
                .description("Also send the collector a test message.")
                .type(boolean.class)
                .build());
        agent.addSubcommand(CHECK, check);
        return new CommandLine(agent).setExecutionStrategy(AgentCommand::execute);
    }

    private static CommandSpec withSettings(CommandSpec agent, String description, String exitStatus) {
        CommandSpec command = CommandSpec.create().mixinStandardHelpOptions(true);
        command.versionProvider(agent.versionProvider());
        command.usageMessage()
                .sortOptions(false)
                .description(description)
                .footer(
                        "",
                        "Each option can also be given by its environment variable, BACKHAUL_RELAY for --relay, or in"
                                + " the file as relay=. An option comes before the environment, that before the file.",
                        "",
                        exitStatus);
        for (Setting setting : Setting.values()) {
            OptionSpec.Builder option = OptionSpec.builder(setting.flag())
                    .paramLabel(setting.label())
                    .description(setting.help());
            command.addOption(
                    setting.repeatable()
                            ? option.type(List.class)
                                    .auxiliaryTypes(String.class)
                                    .build()
                            : option.type(String.class).build());
        }
        return command;
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
        return command.commandSpec().name().equals(CHECK)
                ? check(flags(command), command.hasMatchedOption(MESSAGE))
                : run(flags(command));
    }

    private static int check(Map<Setting, List<String>> flags, boolean message) {
        ended = true; // a signal ends it like any command
        CheckReport report = new CheckReport(System.out, CommandLine.Help.Ansi.AUTO.enabled());
        return new AgentCheck(flags, System.getenv(), report).run(message);
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

    private static int run(Map<Setting, List<String>> flags) {
        try {
            AgentConfig config = AgentConfig.from(flags, System.getenv());
            UnixSender.check(config.collector());
            CredentialsWatch credentials = config.credentials();
            Agent agent = new Agent(config, credentials, State.open(config.state()));
            endOnFailure();
            running = agent;
            agent.start();
            agent.join();
            return CommandLine.ExitCode.OK;
        } catch (ConfigException e) {
            e.problems().forEach(problem -> LOG.log(Level.ERROR, problem));
            return ConfigException.EXIT_STATUS;
        } catch (InterruptedException e) {
            return UNEXPECTED;
        }
    }

    /** Runs as the JVM shuts down: for a signal the exit status is 0 and not the JVM's 143. */
    private static void stopOnSignal() {
        if (ended) {
            return;
        }
        new Deadline(HALT_LIMIT, () -> Runtime.getRuntime().halt(CommandLine.ExitCode.OK));
        Agent agent = running;
        if (agent != null) {
            agent.stop(STOP_LIMIT);
        }
        LOG.log(Level.INFO, "Stopped");
        Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    }

    private static void endOnFailure() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            LOG.log(Level.ERROR, "The agent ends: thread " + thread.getName() + " failed", failure);
            Runtime.getRuntime().halt(UNEXPECTED);
        });
    }

    private static String version() {
        String version = AgentCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}
