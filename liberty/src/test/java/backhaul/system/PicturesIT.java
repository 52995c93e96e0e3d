package backhaul.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pictures of the relay's page in the documents, drawn again of a sample page: they are to be copied from there. */
@Tag("shell")
class PicturesIT {
    private static final int WIDTH = 1000;
    private static final List<String> COLOURS = List.of("light", "dark");
    private static final int MOST_OCTETS = 40_000;

    @Test
    void thePageIsDrawnInBothColoursAndThePicturesInTheDocumentsAreSmall() throws Exception {
        Path page = Build.root().resolve("server-war/target/status-page/picture.html");
        assertThat(page).as("the page that StatusPageTest writes").exists();
        Path folder = Build.scratch("pictures");
        try (Browser browser = new Browser("pictures-browser")) {
            browser.scripts(false).screen(WIDTH, 1000);
            for (String colours : COLOURS) {
                browser.dark(colours.equals("dark")).open(page.toUri().toString());
                String bottom =
                        "String(Math.ceil(document.getElementById('departed').getBoundingClientRect().bottom) + 12)";
                byte[] picture = browser.picture(WIDTH, Integer.parseInt(browser.value(bottom)));
                assertThat(new String(picture, 0, 12, US_ASCII)).matches("(?s)RIFF....WEBP");
                Files.write(folder.resolve("relay-page-" + colours + ".webp"), picture);
                assertThat(picture).as(colours).hasSizeBetween(5_000, MOST_OCTETS);
            }
        }
        for (String colours : COLOURS) {
            Path kept = Build.root().resolve("server-war/src/docs/relay-page-" + colours + ".webp");
            assertThat(kept).isRegularFile();
            assertThat(Files.size(kept)).as("octets of %s", kept).isLessThan(MOST_OCTETS);
        }
    }
}
