package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page of the authority, typed line by line where there is the script and nothing else. */
@Tag("shell")
class AuthorityPageIT {
    static final String PAGE = "ca-scripts/README.md";

    private final Markdown page = Markdown.read(PAGE);
    private final Manual manual = new Manual(List.of(page));
    private final Path yours = folder("authority-yours");
    private final Path laptop = folder("authority-laptop");

    private static Path folder(String name) {
        Path folder = Build.scratch(name);
        try {
            Files.copy(Build.root().resolve("ca-scripts/backhaul-ca"), folder.resolve("backhaul-ca"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return folder;
    }

    private static Manual.Machine in(Path folder) {
        return script -> Command.run(folder, Map.of(), List.of("sh", "-euc", script));
    }

    private void expectLikeness(String heading, String said) {
        Markdown.Block shown = page.blocks(heading, "text").get(0);
        Likeness.expect(
                shown.toString(),
                shown.lines().stream().map(AuthorityPageIT::serials).toList(),
                serials(said));
    }

    /** The page has them shorter. */
    private static String serials(String text) {
        return text.replaceAll("\\b[0-9A-F]{9,}(\\.\\.\\.)?", "SERIAL");
    }

    @Test
    void thePagesCommandsWorkBesideTheScript() throws IOException {
        String title = page.blocks().get(0).heading();
        expectLikeness(title, manual.run(PAGE, title, in(yours)));
        manual.run(PAGE, "Renewing once a year", in(yours));
        expectLikeness("Revoking a certificate", manual.run(PAGE, "Revoking a certificate", in(yours)));
        manual.run(PAGE, "A key that never travels", in(laptop));
        Files.copy(laptop.resolve("laptop.csr"), yours.resolve("laptop.csr"));
        manual.run(PAGE, "A key that never travels", in(yours));
        manual.expectAllRun();

        assertThat(yours.resolve("backhaul-authority/machines/laptop/laptop.crt"))
                .exists();
        assertThat(laptop.resolve("laptop.key")).exists();
        assertThat(laptop.resolve("backhaul-authority")).doesNotExist();
    }
}
