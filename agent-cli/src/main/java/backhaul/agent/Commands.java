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

/** Every command and option with its text: the source of {@code --help}, the man pages and the completion. */
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

    private static final String USAGE = "wrong usage";
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
                exits(
                        "0",
                        "stopped by SIGTERM or Ctrl-C",
                        "1",
                        "something unexpected",
                        "2",
                        USAGE,
                        "78",
                        CONFIGURATION),
                List.of(),
                setting -> true,
                "Follows the relays and gives every message to the collector, until it is stopped.");
    }

    private CommandSpec tail() {
        List<OptionSpec> options = List.of(
                option(
                                LAST,
                                "NUMBER",
                                "Start with the last NUMBER messages that the relay still has (0..999999999). Messages that"
                                        + " the filters hide count too.")
                        .build(),
                flag(ALL, "Start with all messages that the relay still has."),
                option(
                                SEVERITY,
                                "LEVEL",
                                "Only messages of this severity and worse: emerg, alert, crit, err, warning,"
                                        + " notice, info, debug.")
                        .completionCandidates(Severity.names())
                        .build(),
                several(HOST, "NAME", "Only messages of this host; * matches anything. May be given several times."),
                several(
                        PROGRAM,
                        "NAME",
                        "Only messages of this program; * matches anything. May be given several times."),
                several(
                        GREP,
                        "PATTERN",
                        "Only messages whose text matches this regular expression (of Java). May be given several times:"
                                + " one match is enough."),
                flag(RAW, "Print the messages byte for byte, each followed by an LF."),
                flag(JSON, "Print one JSON object per line for each message."),
                file(option(
                                Setting.STATE.flag(),
                                Setting.STATE.label(),
                                "File that keeps the position, so that the next run continues from there. It must not be"
                                        + " the agent's own. Not with --last or --all."))
                        .build(),
                option(COLOR, "WHEN", "Colors: auto (on a terminal, unless NO_COLOR is set), always or never.")
                        .completionCandidates(List.of("auto", "always", "never"))
                        .build());
        return command(
                exits(
                        "0", "the reader of its output has ended",
                        "1", "its output could not be written, or something unexpected",
                        "2", USAGE,
                        "78", CONFIGURATION,
                        "130", "ended by Ctrl-C"),
                options,
                Setting::isForConnecting,
                "Shows the live stream on the terminal. It starts with new messages, unless you give --last or --all, and"
                        + " reconnects after every outage until you stop it. Lost messages are reported in their place. It"
                        + " does not disturb a running agent, and keeps no position unless you give --state.");
    }

    private CommandSpec check() {
        return command(
                exits(
                        "0", "all is well",
                        "1", "a step failed",
                        "2", USAGE,
                        "78", "a setting or a certificate file is wrong"),
                List.of(flag(MESSAGE, "Also send the collector a test message.")),
                setting -> true,
                "Checks the path from each relay to the collector step by step, and tells you how to fix what is wrong."
                        + " It changes nothing and does not disturb a running agent.");
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
                        "Repeat until Ctrl-C: every 2 s in the same place on a terminal, otherwise one below the other"
                                + " when something has changed.")),
                setting -> setting == Setting.CONFIG || setting == Setting.METRICS_FILE,
                "Shows the state of a running agent from its metrics file: connections, messages, losses, certificates."
                        + " Without a setting, it reads the service's file, /run/backhaul-agent/backhaul-agent.prom.");
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
                        "Settings can also come from the environment (BACKHAUL_RELAY for --relay) and from the file of --config"
                                + " (relay=). Options take precedence over the environment, and the environment over the"
                                + " file.")
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

    /** Completed as a file; a wrong name is reported together with all other mistakes. */
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
