package backhaul.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page of a command, man(7), from the description that {@code --help} is made of. */
final class ManPage {
    private final CommandSpec command;
    private final StringBuilder roff = new StringBuilder();

    private ManPage(CommandSpec command) {
        this.command = command;
    }

    /**
     * The page's text.
     *
     * @param date of the page
     * @param version program and version
     */
    static String of(CommandSpec command, String date, String version) {
        return new ManPage(command).write(date, version);
    }

    /** {@code backhaul-agent} or {@code backhaul-agent-run}. */
    static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    private String write(String date, String version) {
        String description = String.join(" ", command.usageMessage().description());
        roff.append(".TH \"")
                .append(escaped(name(command).toUpperCase(Locale.ROOT)))
                .append("\" 1 \"");
        roff.append(date).append("\" \"").append(escaped(version)).append("\" \"Backhaul\"\n.nh\n.ad l\n");
        section("NAME");
        text(name(command) + " - " + firstSentence(description));
        section("SYNOPSIS");
        synopsis();
        section("DESCRIPTION");
        text(description);
        commands();
        options();
        footer();
        exits();
        seeAlso();
        return roff.toString();
    }

    private void synopsis() {
        bold(command.qualifiedName(" "));
        if (!command.subcommands().isEmpty()) {
            roff.append("\\fICOMMAND\\fR\n");
        }
        for (OptionSpec option : command.options()) {
            String optional = "[" + marked(option) + "]";
            roff.append(option.isMultiValue() ? optional + "\\&..." : optional).append('\n');
        }
    }

    private void commands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        command.subcommands().forEach((name, subcommand) -> {
            roff.append(".TP\n");
            bold(name);
            text(String.join(" ", subcommand.getCommandSpec().usageMessage().description()));
        });
    }

    private void options() {
        section("OPTIONS");
        for (OptionSpec option : command.options()) {
            roff.append(".TP\n").append(marked(option)).append('\n');
            text(String.join(" ", option.description()));
        }
    }

    private void footer() {
        List<String> footer = new ArrayList<>(List.of(command.usageMessage().footer()));
        footer.removeIf(String::isBlank);
        if (!footer.isEmpty()) {
            section("ENVIRONMENT AND FILES");
            footer.forEach(this::text);
        }
    }

    private void exits() {
        Map<String, String> exits = command.usageMessage().exitCodeList();
        if (!exits.isEmpty()) {
            section("EXIT STATUS");
            exits.forEach((code, meaning) -> {
                roff.append(".TP\n");
                bold(code);
                text(meaning);
            });
        }
    }

    private void seeAlso() {
        List<CommandSpec> others = new ArrayList<>();
        if (command.parent() != null) {
            others.add(command.parent());
        }
        (command.parent() == null ? command : command.parent())
                .subcommands()
                .forEach((name, other) -> others.add(other.getCommandSpec()));
        others.remove(command);
        section("SEE ALSO");
        for (CommandSpec other : others) {
            roff.append(".BR ").append(escaped(name(other))).append(" (1),\n");
        }
        roff.append(".BR agent.properties (5)\n");
    }

    /** {@code --relay=HOST}, the option in bold and the word for its value in italics. */
    private static String marked(OptionSpec option) {
        StringBuilder marked = new StringBuilder();
        for (String name : option.names()) {
            marked.append(marked.isEmpty() ? "" : ", ")
                    .append("\\fB")
                    .append(escaped(name))
                    .append("\\fR");
        }
        if (option.arity().max() > 0) {
            marked.append("=\\fI").append(escaped(option.paramLabel())).append("\\fR");
        }
        return marked.toString();
    }

    private void section(String title) {
        roff.append(".SH ").append(title).append('\n');
    }

    private void bold(String text) {
        roff.append("\\fB").append(escaped(text)).append("\\fR\n");
    }

    /** A paragraph; each sentence on a line of its own, as roff wants it. */
    private void text(String text) {
        for (String sentence : text.split("(?<=[a-z)][.:]) ")) {
            roff.append(escaped(sentence)).append('\n');
        }
    }

    private static String firstSentence(String description) {
        String sentence = description.split("(?<=[a-z])\\.( |$)")[0];
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }

    /** Text in which roff sees neither escapes nor requests, and a hyphen is one that can be copied. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
