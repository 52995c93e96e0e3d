package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The packaged jar holds what its bill of materials says, and nothing else. */
class BundledIT {
    private static final Path JAR = Path.of(System.getProperty("backhaul.agent.jar"));

    /** The jars that its entries come from; what is of this module comes from no jar. */
    private static Set<Path> sources(JarFile jar) throws Exception {
        Set<Path> sources = new TreeSet<>();
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.isDirectory() || entry.getName().startsWith("META-INF/")) {
                continue;
            }
            URL source = BundledIT.class.getClassLoader().getResource(entry.getName());
            assertThat(source).as(entry.getName()).isNotNull();
            if (source.openConnection() instanceof JarURLConnection from) {
                sources.add(Path.of(from.getJarFileURL().toURI()));
            } else {
                assertThat(entry.getName()).startsWith("backhaul/agent/");
            }
        }
        return sources;
    }

    @Test
    void theBillOfMaterialsHasEveryJarThatIsInIt() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            JarEntry entry = jar.getJarEntry("META-INF/sbom/backhaul-agent.cdx.json");
            String bill = new String(jar.getInputStream(entry).readAllBytes(), UTF_8);
            List<String> lines =
                    bill.lines().filter(line -> line.contains("\"hashes\"")).toList();

            Map<String, Path> hashes = new HashMap<>();
            for (Path source : sources(jar)) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(source));
                hashes.put(HexFormat.of().formatHex(hash), source);
            }
            assertThat(hashes).hasSizeGreaterThan(3);
            assertThat(lines).hasSameSizeAs(hashes.keySet());
            hashes.forEach(
                    (hash, source) -> assertThat(lines).as(source.toString()).anyMatch(line -> line.contains(hash)));

            String notice = new String(
                    jar.getInputStream(jar.getJarEntry("META-INF/NOTICE")).readAllBytes(), UTF_8);
            assertThat(lines)
                    .filteredOn(line -> !line.contains("\"group\": \"backhaul\""))
                    .allSatisfy(
                            line -> assertThat(notice).contains(line.replaceFirst(".*\"name\": \"([a-z]+).*", "$1")));
        }
    }
}
