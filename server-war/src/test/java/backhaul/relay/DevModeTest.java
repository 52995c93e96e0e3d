package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The conditions that {@code mvn liberty:dev} relies on and no build checks. */
class DevModeTest {
    private static String file(String path) throws IOException {
        return Files.readString(Path.of(path));
    }

    /** Each of them is watched: one that has the server's own files in it redeploys the application forever. */
    @Test
    void whatTheWarIsMadeOfLiesInFoldersOfItsOwn() throws IOException {
        String pom = file("pom.xml");
        String resources = pom.substring(pom.indexOf("<webResources>"), pom.indexOf("</webResources>"));
        assertThat(Pattern.compile("<directory>(.*)</directory>")
                        .matcher(resources)
                        .results())
                .isNotEmpty()
                .allSatisfy(folder -> assertThat(folder.group(1)).startsWith("${project.build.directory}/"));
    }

    @Test
    void aRelayThatIsInstalledPollsNoFiles() throws IOException {
        assertThat(file("../liberty/src/main/liberty/config/server.xml"))
                .contains("<variable name=\"update.trigger\" defaultValue=\"disabled\"/>")
                .contains("<config updateTrigger=\"${update.trigger}\"/>")
                .contains("<applicationMonitor updateTrigger=\"${update.trigger}\" dropinsEnabled=\"false\"/>");
        assertThat(file("pom.xml")).contains("<liberty.var.update.trigger>polled</liberty.var.update.trigger>");
    }
}
