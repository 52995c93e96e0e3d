package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A document of the project: its headings, links, tables and fenced blocks.
 *
 * @param name from the top of the repository
 */
record Markdown(String name, List<String> lines, List<Block> blocks) {
    private static final Pattern LINK = Pattern.compile("(?<=\\]\\()[^)\\s]+(?=\\))|(?<=src(set)?=\")[^\"]+");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
    private static final String FENCE = "```";

    /**
     * The lines between two fences.
     *
     * @param place document and line, for messages
     * @param heading the nearest one above it
     * @param language the word behind the fence: {@code sh} for commands as they are typed; empty if there is none
     */
    record Block(String place, String heading, String language, List<String> lines) {
        Block with(List<String> others) {
            return new Block(place, heading, language, others);
        }

        String text() {
            return String.join("\n", lines) + "\n";
        }

        @Override
        public String toString() {
            return place + " (" + heading + ")";
        }
    }

    static Markdown read(String name) {
        List<String> lines;
        try {
            lines = Files.readAllLines(Build.root().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> outside = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        String heading = "";
        Block open = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (open == null && line.startsWith(FENCE)) {
                open = new Block(name + ":" + (i + 1), heading, line.substring(FENCE.length()), new ArrayList<>());
            } else if (open != null && line.equals(FENCE)) {
                blocks.add(open);
                open = null;
            } else if (open != null) {
                open.lines.add(line);
            } else {
                outside.add(line);
                heading = HEADING.matcher(line).matches() ? title(line) : heading;
            }
        }
        return new Markdown(name, outside, blocks);
    }

    /** All of the project. */
    static List<Markdown> all() {
        Path root = Build.root();
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> path.toString().endsWith(".md"))
                    .map(path -> root.relativize(path).toString())
                    .filter(name -> !name.matches("(.*/)?target/.*|\\..*"))
                    .sorted()
                    .map(Markdown::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String title(String line) {
        return line.replaceFirst("#+ ", "");
    }

    /** Blocks of this language below the headings that begin like this, in order. */
    List<Block> blocks(String heading, String language) {
        return blocks.stream()
                .filter(block ->
                        block.heading.startsWith(heading) && block.language().equals(language))
                .toList();
    }

    /** Where the links and pictures lead to, as they are written. */
    List<String> links() {
        return lines.stream()
                .flatMap(line -> LINK.matcher(line).results())
                .map(MatchResult::group)
                .toList();
    }

    /** The anchors that a link can have after its {@code #}, as the forges derive them from headings. */
    List<String> anchors() {
        return lines.stream()
                .filter(line -> HEADING.matcher(line).matches())
                .map(line -> title(line)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** The text in backticks in the first cells of the tables below this heading and its subheadings. */
    List<String> firstCells(String heading) {
        return below(heading)
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("(?<!\\\\)\\|")[1])
                .flatMap(Markdown::quotedIn)
                .toList();
    }

    /** The text in backticks in the text there. */
    List<String> quoted(String heading) {
        return quotedIn(below(heading).collect(Collectors.joining("\n"))).toList();
    }

    private Stream<String> below(String heading) {
        int depth = heading.indexOf(' ');
        return lines.stream()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !HEADING.matcher(line).matches() || line.indexOf(' ') > depth);
    }

    private static Stream<String> quotedIn(String text) {
        return Pattern.compile("`([^`]*)`").matcher(text).results().map(quoted -> quoted.group(1));
    }
}
