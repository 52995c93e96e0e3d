package backhaul.agent;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for zsh, zshcompsys(1), from the description that {@code --help} is made of. */
final class ZshCompletion {
    private ZshCompletion() {}

    static String of(CommandSpec agent) {
        StringBuilder script = new StringBuilder("#compdef " + agent.name() + "\n\n");
        script.append("_").append(agent.name()).append("() {\n");
        script.append("    local -a commands=(\n");
        agent.subcommands()
                .forEach((name, command) -> script.append("        ")
                        .append(quoted(name + ":"
                                + firstSentence(command.getCommandSpec()
                                                .usageMessage()
                                                .description())
                                        .replace(":", "\\:")))
                        .append('\n'));
        script.append("    )\n");
        script.append("    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n");
        script.append("        _describe -t commands command commands\n        return\n    fi\n");
        script.append("    case $words[2] in\n");
        agent.subcommands().forEach((name, command) -> {
            script.append("        ").append(name).append(")\n            shift words\n            ((CURRENT--))\n");
            arguments(command.getCommandSpec(), "            ", script);
            script.append("            ;;\n");
        });
        script.append("        *)\n");
        arguments(agent, "            ", script);
        script.append("            ;;\n    esac\n}\n\n");
        return script.append("_").append(agent.name()).append(" \"$@\"\n").toString();
    }

    private static void arguments(CommandSpec command, String indent, StringBuilder script) {
        script.append(indent).append("_arguments");
        for (OptionSpec option : command.options()) {
            for (String name : option.names()) {
                script.append(" \\\n").append(indent).append("    ").append(quoted(option(option, name)));
            }
        }
        script.append('\n');
    }

    /** {@code *--relay=[help]:label:action}; short options take no value here. */
    private static String option(OptionSpec option, String name) {
        String spec = (option.isMultiValue() ? "*" : "") + name;
        String help = "[" + escaped(firstSentence(option.description())) + "]";
        return option.arity().max() == 0
                ? spec + help
                : spec + "=" + help + ":" + escaped(option.paramLabel()) + ":" + action(option);
    }

    private static String action(OptionSpec option) {
        if (option.type() == Path.class) {
            return "_files";
        }
        Iterable<String> candidates = option.completionCandidates();
        List<String> words = candidates == null
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false).toList();
        return words.isEmpty() ? " " : "(" + String.join(" ", words) + ")";
    }

    /** In the brackets of a spec, and between its colons. */
    private static String escaped(String text) {
        return Arrays.stream(text.split("(?=[\\[\\]:\\\\])"))
                .map(part -> part.matches("(?s)[\\[\\]:\\\\].*") ? "\\" + part : part)
                .collect(Collectors.joining());
    }

    private static String firstSentence(String[] description) {
        return String.join(" ", description).split("(?<=[a-z)])\\.( |$)")[0];
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
