package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "the launcher is for systems that have readlink -f")
class LauncherTest {
    @TempDir
    Path directory;

    @Test
    void theSystemSpeaksEnglishAndFileNamesStayAsTheyAre() throws Exception {
        assertThat(locale(Map.of("LC_ALL", "tr_TR.UTF-8", "LANG", "C"))).isEqualTo("none tr_TR.UTF-8 C");
        assertThat(locale(Map.of("LANG", "tr_TR.UTF-8"))).isEqualTo("none none C");
        assertThat(locale(Map.of("LC_CTYPE", "C.UTF-8", "LC_MESSAGES", "tr_TR.UTF-8")))
                .isEqualTo("none C.UTF-8 C");
    }

    /** LC_ALL, LC_CTYPE and LC_MESSAGES as Java gets them. */
    private String locale(Map<String, String> environment) throws IOException, InterruptedException {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho ${LC_ALL-none} ${LC_CTYPE-none} ${LC_MESSAGES-none}\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder launcher = new ProcessBuilder("sh", "src/main/dist/bin/backhaul-agent", "run");
        launcher.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
        launcher.environment().put("JAVA_HOME", directory.toString());
        launcher.environment().putAll(environment);
        Process process = launcher.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }
}
