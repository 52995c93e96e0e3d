package backhaul.agent;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every command and option with its text: what {@code --help}, the man pages and the completion are made of. */
final class Commands {
    static final String RUN = "run";
    static final String TAIL = "tail";
    static final String CHECK = "check";
    static final String STATUS = "status";

    // Of check.
    static final String MESSAGE = "--message";

    // Of tail.
    static final String SEVERITY = "--severity";
    static final String HOST = "--host";
    static final String PROGRAM = "--program";
    static final String GREP = "--grep";
    static final String RAW = "--raw";
    static final String JSON = "--json";
    static final String COLOR = "--color";
    static final String LAST = "--last";
    static final String ALL = "--all";

    // Of status.
    static final String WATCH = "--watch";

    private static final String USAGE = "it was called wrongly";
    private static final String CONFIGURATION = "a setting or a file is wrong; the reasons are on standard error";

    private final CommandSpec agent =
            CommandSpec.create().name("backhaul-agent").mixinStandardHelpOptions(true);

    private Commands() {
        agent.versionProvider(() -> new String[] {"backhaul-agent " + AgentCommand.version()});
        agent.usageMessage().description("The home end of Backhaul, a reverse syslog relay.");
        agent.addSubcommand(RUN, run());
        agent.addSubcommand(TAIL, tail());
        agent.addSubcommand(CHECK, check());
        agent.addSubcommand(STATUS, status());
    }

    static CommandLine commandLine() {
        return new CommandLine(new Commands().agent);
    }

    private CommandSpec run() {
        return command(
                exits("0", "it was stopped", "1", "something unexpected", "2", USAGE, "78", CONFIGURATION),
                List.of(),
                setting -> true,
                "Follows the relays and hands every message to the collector, until it is stopped.");
    }

    private CommandSpec tail() {
        List<OptionSpec> options = List.of(
                option(
                                LAST,
                                "NUMBER",
                                "First the last so many messages that the relay still has (0..999999999), then what comes."
                                        + " Messages that are not shown count too.")
                        .build(),
                flag(ALL, "First all messages that the relay still has, then what comes."),
                option(
                                SEVERITY,
                                "LEVEL",
                                "Only messages of this severity and worse: emerg, alert, crit, err, warning,"
                                        + " notice, info, debug.")
                        .completionCandidates(Severity.names())
                        .build(),
                several(HOST, "NAME", "Only messages of this host; * stands for anything. May be given several times."),
                several(
                        PROGRAM,
                        "NAME",
                        "Only messages of this program; * stands for anything. May be given several times."),
                several(
                        GREP,
                        "PATTERN",
                        "Only messages whose text has something that this regular expression (of Java) matches. May be"
                                + " given several times: one of them is enough."),
                flag(RAW, "Print the messages as they are, octet for octet, with an LF behind each."),
                flag(JSON, "Print each message as a JSON object on a line of its own."),
                file(option(
                                Setting.STATE.flag(),
                                Setting.STATE.label(),
                                "Where to keep the position, so that the next time it goes on where it has ended;"
                                        + " a file of its own. Not with --last or --all."))
                        .build(),
                option(COLOR, "WHEN", "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
                        .completionCandidates(List.of("auto", "always", "never"))
                        .build());
        return command(
                exits(
                        "0", "whoever read the output has ended",
                        "1", "the output could not be written, or something unexpected",
                        "2", USAGE,
                        "78", CONFIGURATION,
                        "130", "it was ended by Ctrl-C"),
                options,
                Setting::isForConnecting,
                "Shows the live stream on the terminal instead of handing it to a collector. It begins with what comes"
                        + " now, unless --last or --all is given, and goes on until it is ended, through whatever outage; what is lost is said in its place."
                        + " An agent that is running is not disturbed, and no position is kept unless --state is given.");
    }

    private CommandSpec check() {
        return command(
                exits(
                        "0", "all is well",
                        "1", "something is not",
                        "2", USAGE,
                        "78", "configuration or certificate files are wrong"),
                List.of(flag(MESSAGE, "Also send the collector a test message.")),
                setting -> true,
                "Checks the way from each relay to the collector step by step, and says what is wrong and what to do."
                        + " It changes nothing and does not disturb an agent that is running.");
    }

    private CommandSpec status() {
        return command(
                exits(
                        "0", "the agent is connected to all its relays",
                        "1", "it is not, or it is not running",
                        "2", USAGE,
                        "78", CONFIGURATION,
                        "130", "--watch was ended by Ctrl-C"),
                List.of(flag(
                        WATCH,
                        "Go on: every 2 s in the same place on a terminal, else below each other when something has"
                                + " changed.")),
                setting -> setting == Setting.CONFIG || setting == Setting.METRICS_FILE,
                "Shows what a running agent says of itself in its metrics file: connections, messages, losses,"
                        + " certificates. Without a setting that is /run/backhaul-agent/backhaul-agent.prom, where the"
                        + " service has it.");
    }

    private CommandSpec command(
            Map<String, String> exits, List<OptionSpec> options, Predicate<Setting> settings, String description) {
        CommandSpec command = CommandSpec.create().mixinStandardHelpOptions(true);
        command.versionProvider(agent.versionProvider());
        command.usageMessage()
                .sortOptions(false)
                .description(description)
                .footer(
                        "",
                        "The settings are read from the environment too, BACKHAUL_RELAY for --relay, and from the file of"
                                + " --config, as relay=. An option comes before the environment, that before the file.")
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(exits);
        options.forEach(command::addOption);
        Arrays.stream(Setting.values()).filter(settings).forEach(setting -> command.addOption(option(setting)));
        return command;
    }

    private static OptionSpec option(Setting setting) {
        OptionSpec.Builder option = option(setting.flag(), setting.label(), setting.help());
        if (setting.repeatable()) {
            option.type(List.class).auxiliaryTypes(String.class);
        } else if (setting.label().equals("FILE")) {
            file(option);
        } else if (setting == Setting.CRL_OUTDATED) {
            option.completionCandidates(List.of("accept", "refuse"));
        }
        return option.build();
    }

    /** Completed as a file; what is wrong with its name is told with everything else that is wrong. */
    private static OptionSpec.Builder file(OptionSpec.Builder option) {
        return option.type(Path.class).converters(text -> null);
    }

    private static OptionSpec.Builder option(String name, String label, String help) {
        return OptionSpec.builder(name).paramLabel(label).description(help).type(String.class);
    }

    private static OptionSpec several(String name, String label, String help) {
        return option(name, label, help)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build();
    }

    private static OptionSpec flag(String name, String help) {
        return OptionSpec.builder(name).description(help).type(boolean.class).build();
    }

    private static Map<String, String> exits(String... codesAndMeanings) {
        Map<String, String> exits = new LinkedHashMap<>();
        for (int i = 0; i < codesAndMeanings.length; i += 2) {
            exits.put(codesAndMeanings[i], codesAndMeanings[i + 1]);
        }
        return exits;
    }
}
