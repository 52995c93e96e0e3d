package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs the commands that these documents tell people to type, exactly as written, each block once. */
final class Manual {
    /** By their first word; a reason each. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "mvn", "a build within this build",
            "liberty/demo", "ends with Ctrl-C; ScriptsIT runs it with --once",
            "liberty/bench", "takes two hours, and the machine for itself",
            ".ci/run", "is what runs this",
            "JAVA_HOME=/usr/lib/jvm/temurin-25-jdk-amd64", "a build within this build");

    /** Where commands are run. */
    interface Machine {
        Command sh(String script);
    }

    private final List<Markdown.Block> left; // guarded by this

    Manual(List<Markdown> documents) {
        left = documents.stream()
                .flatMap(document -> document.blocks().stream())
                .filter(block -> block.language().equals("sh"))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The files of a list in README.md, for example of what is to be copied {@code to the server}; patterns. */
    static List<String> filesFor(String whom) {
        String text = String.join("\n", Markdown.read("README.md").lines());
        Matcher item = Pattern.compile("(?s)\n- " + whom + ": `(.*?)`[;.]\n").matcher(text);
        assertThat(item.find())
                .as("README.md says what is to be copied %s", whom)
                .isTrue();
        return List.of(item.group(1).split("`\\s+and\\s+`"));
    }

    /** A folder that is, to commands, the checkout; what they make there is not in it. */
    static Path checkout(String name) {
        Path folder = Build.scratch(name);
        for (String module : List.of("agent-cli", "ca-scripts", "liberty", "server-war")) {
            Namespace.run(List.of("ln", "-s", Build.root().resolve(module).toString(), folder.toString()), "");
        }
        return folder;
    }

    /**
     * Puts the files that these patterns name, from the top of the checkout, where an administrator would have copied
     * them.
     */
    static void copy(Path checkout, List<String> patterns, ThrowawayDebian debian) {
        List<String> files = Command.run(
                        checkout, Map.of(), List.of("sh", "-euc", "ls -d " + String.join(" ", patterns)))
                .expect(0)
                .output()
                .lines()
                .toList();
        assertThat(files)
                .as("one file each; mvn clean takes away those of earlier versions")
                .hasSameSizeAs(patterns);
        files.forEach(file -> debian.put(checkout.resolve(file), "/root"));
    }

    /** Runs the next block of this document below a heading that begins like this; returns its output. */
    String run(String document, String heading, Machine machine) {
        Markdown.Block block = next(document, heading);
        Command command = machine.sh(String.join("\n", commands(block)));
        assertThat(command.exit())
                .as("the commands of %s said: %s", block, command.output())
                .isZero();
        return command.output();
    }

    /** Runs only the first line of that block; the rest is the next block then. */
    void runFirstLine(String document, String heading, Machine machine) {
        Markdown.Block block = nextLine(document, heading);
        Command command = machine.sh(block.text());
        assertThat(command.exit())
                .as("the first command of %s said: %s", block, command.output())
                .isZero();
    }

    private synchronized Markdown.Block nextLine(String document, String heading) {
        Markdown.Block block = next(document, heading);
        List<String> lines = block.lines();
        left.add(0, block.with(lines.subList(1, lines.size())));
        return block.with(lines.subList(0, 1));
    }

    private synchronized Markdown.Block next(String document, String heading) {
        Markdown.Block block = left.stream()
                .filter(candidate -> candidate.place().startsWith(document + ":")
                        && candidate.heading().startsWith(heading))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("there are no more commands in " + document + " below " + heading));
        left.remove(block);
        return block;
    }

    /** Every block was run, or has nothing in it that can be. */
    synchronized void expectAllRun() {
        assertThat(left)
                .allSatisfy(block ->
                        assertThat(block.lines()).as("%s was not run", block).noneMatch(Manual::isRun));
    }

    /** The commands of a block that are run. */
    static List<String> commands(Markdown.Block block) {
        return block.lines().stream().filter(Manual::isRun).toList();
    }

    private static boolean isRun(String line) {
        return !NOT_RUN.containsKey(line.split(" ", 2)[0]);
    }
}
