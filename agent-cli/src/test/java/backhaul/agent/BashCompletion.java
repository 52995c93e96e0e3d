package backhaul.agent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completion for bash from the description that {@code --help} is made of. (That of picocli's AutoComplete completes no
 * value behind an equals sign.)
 */
final class BashCompletion {
    private final CommandSpec agent;

    private final Set<String> files = new TreeSet<>();
    private final Set<String> others = new TreeSet<>();
    private final Map<String, String> words = new LinkedHashMap<>();

    private BashCompletion(CommandSpec agent) {
        this.agent = agent;
    }

    static String of(CommandSpec agent) {
        return new BashCompletion(agent).write();
    }

    private String write() {
        StringBuilder commands = new StringBuilder();
        agent.subcommands().forEach((name, command) -> {
            command.getCommandSpec().options().forEach(this::value);
            commands.append("        ").append(name).append(") words='").append(options(command.getCommandSpec()));
            commands.append("' ;;\n");
        });
        String first = String.join(" ", agent.subcommands().keySet()) + " " + options(agent);
        StringBuilder values = new StringBuilder();
        values.append("        ").append(String.join(" | ", files)).append(")\n");
        values.append("            compopt -o filenames 2>/dev/null\n");
        values.append("            mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n            return ;;\n");
        words.forEach((name, list) -> {
            values.append("        ").append(name).append(")\n            mapfile -t COMPREPLY < <(compgen -W '");
            values.append(list).append("' -- \"$word\")\n            return ;;\n");
        });
        values.append("        ").append(String.join(" | ", others)).append(") return ;;\n");
        return String.format("""
                # Completion of %1$s for bash, made by the build.
                _backhaul_agent() {
                    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=
                    COMPREPLY=()
                    if ((COMP_CWORD == 1)); then
                        mapfile -t COMPREPLY < <(compgen -W '%2$s' -- "$word")
                        return
                    fi
                    # Bash divides --color=auto at the equals sign.
                    if [[ $word == = ]]; then
                        word=
                    elif [[ $before == = ]]; then
                        before=${COMP_WORDS[COMP_CWORD - 2]}
                    fi
                    case $before in
                %3$s    esac
                    case ${COMP_WORDS[1]} in
                %4$s    esac
                    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
                }
                complete -F _backhaul_agent %1$s
                """, agent.name(), first, values, commands);
    }

    private void value(OptionSpec option) {
        if (option.arity().max() == 0) {
            return;
        }
        if (option.type() == Path.class) {
            files.add(option.longestName());
        } else if (option.completionCandidates() != null) {
            List<String> candidates = new ArrayList<>();
            option.completionCandidates().forEach(candidates::add);
            words.put(option.longestName(), String.join(" ", candidates));
        } else {
            others.add(option.longestName());
        }
    }

    private static String options(CommandSpec command) {
        Set<String> names = new LinkedHashSet<>();
        command.options().forEach(option -> names.add(option.longestName()));
        return String.join(" ", names);
    }
}
