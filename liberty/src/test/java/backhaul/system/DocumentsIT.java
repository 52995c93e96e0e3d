package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks the documents by reading them. {@code PackagesIT} checks that their commands work. */
@Tag("shell")
class DocumentsIT {
    private static final List<Markdown> DOCUMENTS = Markdown.all();

    @Test
    void everyLinkLeadsSomewhere() {
        int links = 0;
        for (Markdown document : DOCUMENTS) {
            for (String link : document.links()) {
                if (link.matches("https?:.*")) {
                    continue;
                }
                links++;
                String[] parts = link.split("#", 2);
                Path folder = Build.root().resolve(document.name()).getParent();
                Path target = parts[0].isEmpty()
                        ? Build.root().resolve(document.name())
                        : folder.resolve(parts[0]).normalize();
                assertThat(target).as("%s in %s", link, document.name()).exists();
                if (parts.length > 1) {
                    assertThat(Markdown.read(Build.root().relativize(target).toString())
                                    .anchors())
                            .as("%s in %s", link, document.name())
                            .contains(parts[1]);
                }
            }
        }
        assertThat(links).isGreaterThan(30);
    }

    /** So that it can be told which are commands to be typed, which the test runs, and which is what comes out. */
    @Test
    void everyBlockSaysWhatItIs() {
        for (Markdown document : DOCUMENTS) {
            for (Markdown.Block block : document.blocks()) {
                assertThat(Set.of("sh", "text", "xml", "java", "abnf", "wire", "promql", "yaml"))
                        .as("the language of %s", block)
                        .contains(block.language());
                assertThat(block.language().equals("sh") && block.text().contains("$ "))
                        .as("%s has commands, and no prompt before them", block)
                        .isFalse();
            }
        }
    }

    /** A reader has it running after one pass: at most five commands at a time. */
    @Test
    void theFirstPageIsShort() throws IOException {
        assertThat(Files.size(Build.root().resolve("README.md"))).isBetween(7_000L, 9_500L);
        List<Markdown.Block> boxes = Markdown.read("README.md").blocks("", "sh");
        assertThat(boxes)
                .hasSizeGreaterThan(4)
                .allSatisfy(box -> assertThat(box.lines()).as("%s", box).hasSizeLessThanOrEqualTo(5));
    }

    @Test
    void everySentenceThatIsExplainedIsSaid() {
        String sources = sources();
        List<String> sentences = Markdown.read("liberty/TROUBLESHOOTING.md").firstCells("## Messages and what to do");
        assertThat(sentences).hasSizeGreaterThan(80);
        for (String sentence : sentences) {
            for (String part : sentence.split("…")) {
                assertThat(sources)
                        .withFailMessage("no program says \"%s\" of \"%s\"", part, sentence)
                        .contains(part.strip());
            }
        }
    }

    /** Metrics, keys of {@code /status} and alerts. */
    @Test
    void everyFigureThatIsExplainedExists() {
        String sources = sources();
        String alerts = text(Build.root().resolve("liberty/src/main/monitoring/backhaul-alerts.yml"));
        Markdown monitoring = Markdown.read("liberty/MONITORING.md");
        int figures = 0;
        for (String heading : List.of("## Prometheus and Grafana", "## Metrics of the agent", "## Status keys")) {
            for (String name : monitoring.firstCells(heading)) {
                if (name.startsWith("Backhaul")) {
                    assertThat(alerts).contains(name.replaceFirst("^Backhaul…", "") + "\n");
                } else if (!name.startsWith("/")) {
                    assertThat(sources)
                            .as("%s of %s", name, heading)
                            .contains("\"" + name.replaceFirst("(_timestamp_seconds)?(\\{.*})?$", "") + "\"");
                }
                figures++;
            }
        }
        assertThat(figures).isGreaterThan(60);
    }

    /** All that is printed by anything, each text as one even if it goes over several lines. */
    private static String sources() {
        try (Stream<Path> paths = Files.walk(Build.root())) {
            return paths.filter(path -> path.toString().matches(".*/src/main/(java/.*\\.java|dist/bin/[^/]*)"))
                    .map(DocumentsIT::text)
                    .collect(Collectors.joining("\n"))
                    .replaceAll("\"\\s*\\+\\s*\"", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
