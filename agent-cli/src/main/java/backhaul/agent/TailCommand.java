package backhaul.agent;

import backhaul.pki.CredentialsWatch;
import backhaul.transport.Wire;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code backhaul-agent tail}: an agent whose collector is the terminal. It has its own id, and no position unless one
 * is asked for, so that it does not disturb a running agent.
 */
final class TailCommand {
    /** For a polite end; a blocked terminal does not delay it longer. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(1000);

    private final ParseResult parsed;

    private TailCommand(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** Runs until it is stopped; returns the exit status unless a signal ends the process. */
    static int run(ParseResult parsed, Map<Setting, List<String>> flags) throws ConfigException {
        TailCommand command = new TailCommand(parsed);
        LineFilter filter = command.filter();
        LineFormat format = command.format();
        long back = command.back();
        AgentConfig config = AgentConfig.forTail(flags, System.getenv());
        CredentialsWatch credentials = config.credentials();

        StopSignal stop = new StopSignal();
        TailOutput output = new TailOutput(new FileOutputStream(FileDescriptor.out), () -> {
            ConsoleLog.silence();
            stop.request();
        });
        Agent agent = new Agent(
                config,
                credentials,
                back > 0 ? State.beginningBefore(back) : State.open(config.state()),
                RelaySocket::isPresent,
                stop,
                log -> new TailPrinter(output, filter, format));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ConsoleLog.silence();
            agent.stop(STOP_LIMIT);
        }));
        agent.start();
        stop.await();
        return TailOutput.end(output.failure());
    }

    private LineFilter filter() {
        Severity least = parsed.hasMatchedOption(Commands.SEVERITY)
                ? several(Commands.SEVERITY, Severity::parse).get(0)
                : null;
        return new LineFilter(
                least,
                several(Commands.HOST, LineFilter::name),
                several(Commands.PROGRAM, LineFilter::name),
                several(Commands.GREP, LineFilter::text));
    }

    /** How many messages from before the next one are shown. */
    private long back() {
        boolean all = parsed.hasMatchedOption(Commands.ALL);
        boolean last = parsed.hasMatchedOption(Commands.LAST);
        if (all && last) {
            throw wrong(Commands.ALL + " and " + Commands.LAST + " exclude each other");
        }
        if ((all || last) && parsed.hasMatchedOption(Setting.STATE.flag())) {
            throw wrong((all ? Commands.ALL : Commands.LAST) + " and " + Setting.STATE.flag()
                    + " exclude each other: with a position, tail continues where it stopped");
        }
        return all
                ? Wire.MAX_NUMBER
                : last ? several(Commands.LAST, TailCommand::number).get(0) : 0;
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("must be a number of messages, 0..999999999, was " + text);
        }
        return Long.parseLong(text);
    }

    private LineFormat format() {
        boolean raw = parsed.hasMatchedOption(Commands.RAW);
        boolean json = parsed.hasMatchedOption(Commands.JSON);
        if (raw && json) {
            throw wrong(Commands.RAW + " and " + Commands.JSON + " exclude each other");
        }
        boolean coloured = coloured();
        return raw ? null : json ? new JsonFormat() : new ColumnFormat(coloured, ZoneId.systemDefault());
    }

    private boolean coloured() {
        String when = parsed.matchedOptionValue(Commands.COLOR, "auto");
        return switch (when) {
            case "always" -> true;
            case "never" -> false;
            case "auto" -> {
                Map<String, String> environment = System.getenv();
                // https://no-color.org
                yield environment.getOrDefault("NO_COLOR", "").isEmpty() && TailOutput.isCapableTerminal(environment);
            }
            default -> throw wrong(Commands.COLOR + " must be auto, always or never, was " + when);
        };
    }

    private <T> List<T> several(String option, Function<String, T> reader) {
        if (!parsed.hasMatchedOption(option)) {
            return List.of();
        }
        try {
            return parsed.matchedOption(option).originalStringValues().stream()
                    .map(reader)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw wrong(option + " " + e.getMessage());
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(parsed.commandSpec().commandLine(), sentence);
    }
}
