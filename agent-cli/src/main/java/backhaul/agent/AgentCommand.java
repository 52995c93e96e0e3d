package backhaul.agent;

import backhaul.transport.Certificates;
import backhaul.transport.Credentials;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
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

    /** EX_CONFIG of sysexits.h. */
    private static final int CONFIGURATION = 78;

    private static final int UNEXPECTED = 1;

    /** A service is given 2 s to stop; the rest is for saving the positions and for the JVM. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(1000);

    /** Whatever hangs then, a standard error that nobody reads among it. */
    private static final Duration HALT_LIMIT = Duration.ofMillis(1300);

    /** A certificate that ends sooner is worth a warning. */
    private static final Duration EXPIRY_WARNING = Duration.ofDays(14);

    private static volatile Agent running; // written by main; null until there is one
    private static volatile boolean ended; // written by main, which then exits by itself

    private AgentCommand() {}

    public static void main(String[] arguments) {
        // First of all: a signal is how a service is stopped, however early it comes.
        Runtime.getRuntime().addShutdownHook(new Thread(AgentCommand::stopOnSignal, "stop"));
        int status = commandLine().execute(arguments);
        ended = true;
        System.exit(status);
    }

    static CommandLine commandLine() {
        CommandSpec run = CommandSpec.create().mixinStandardHelpOptions(true);
        run.usageMessage()
                .sortOptions(false)
                .description("Follows the relays and hands every message to the collector, until it is stopped.")
                .footer(
                        "",
                        "Each option can also be given by its environment variable, BACKHAUL_RELAY for --relay, or in"
                                + " the file as relay=. An option comes before the environment, that before the file.",
                        "",
                        "Exit status: 0 stopped, 1 unexpected, 2 usage, 78 configuration.");
        for (Setting setting : Setting.values()) {
            OptionSpec.Builder option = OptionSpec.builder(setting.flag())
                    .paramLabel(setting.label())
                    .description(setting.help());
            run.addOption(
                    setting.repeatable()
                            ? option.type(List.class)
                                    .auxiliaryTypes(String.class)
                                    .build()
                            : option.type(String.class).build());
        }
        CommandSpec agent = CommandSpec.create().name("backhaul-agent").mixinStandardHelpOptions(true);
        agent.versionProvider(() -> new String[] {"backhaul-agent " + version()});
        run.versionProvider(agent.versionProvider());
        agent.usageMessage().description("The home end of Backhaul, a reverse syslog relay.");
        agent.addSubcommand("run", run);
        return new CommandLine(agent).setExecutionStrategy(AgentCommand::execute);
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
        return run(flags(parsed.subcommand()));
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
            Credentials credentials = config.credentials();
            warnOfExpiry(config.cert(), credentials, Instant.now());
            Agent agent = new Agent(config, credentials, State.open(config.state()));
            endOnFailure();
            running = agent;
            agent.start();
            agent.join();
            return CommandLine.ExitCode.OK;
        } catch (ConfigException e) {
            e.problems().forEach(problem -> LOG.log(Level.ERROR, problem));
            return CONFIGURATION;
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

    /** The relay will refuse an expired certificate and say so; but whoever starts the agent is looking here. */
    static void warnOfExpiry(Path file, Credentials credentials, Instant now) {
        Instant begin = credentials.certificate().getNotBefore().toInstant();
        Instant end = credentials.expires();
        X509Certificate first = credentials.expiresFirst();
        String certificate = first.equals(credentials.certificate())
                ? "The agent's certificate in " + file
                : "The certificate of the agent's issuer in " + file + ", " + Certificates.describe(first) + ",";
        if (now.isAfter(end)) {
            LOG.log(Level.WARNING, certificate + " expired at " + end + ": relays will refuse it, renew it");
        } else if (now.isBefore(begin)) {
            LOG.log(
                    Level.WARNING,
                    "The agent's certificate in " + file + " is not valid before " + begin
                            + ": is this machine's clock right?");
        } else if (now.plus(EXPIRY_WARNING).isAfter(end)) {
            LOG.log(Level.WARNING, certificate + " expires at " + end + ": renew it soon");
        }
    }

    private static String version() {
        String version = AgentCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged)" : version;
    }
}
