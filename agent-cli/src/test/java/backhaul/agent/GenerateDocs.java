package backhaul.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes the manual pages and the completion for bash and zsh; the build runs it. It is with the tests so that the agent does
 * not carry it.
 */
public final class GenerateDocs {
    private GenerateDocs() {}

    /** Directory, version, date as {@code 2026-11-01T00:00:00Z}. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        String version = "backhaul-agent " + arguments[1];
        String date = arguments[2].substring(0, "2026-11-01".length());
        CommandLine agent = Commands.commandLine();

        Path pages = Files.createDirectories(directory.resolve("man"));
        write(pages, agent.getCommandSpec(), date, version);
        for (CommandLine command : agent.getSubcommands().values()) {
            write(pages, command.getCommandSpec(), date, version);
        }
        Path completion = Files.createDirectories(directory.resolve("completion"));
        Files.writeString(completion.resolve("backhaul-agent.bash"), BashCompletion.of(agent.getCommandSpec()));
        Files.writeString(completion.resolve("_backhaul-agent"), ZshCompletion.of(agent.getCommandSpec()));
    }

    private static void write(Path pages, CommandSpec command, String date, String version) throws IOException {
        Files.writeString(pages.resolve(ManPage.name(command) + ".1"), ManPage.of(command, date, version));
    }
}
