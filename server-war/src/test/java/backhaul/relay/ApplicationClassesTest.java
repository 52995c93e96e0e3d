package backhaul.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After the start every class of the relay is there, wherever it came from and whatever becomes of that place. */
class ApplicationClassesTest {
    private static final Path CLASSES = Path.of("target/classes");

    @TempDir
    private Path directory;

    /** Notes the classes that it was asked for and had. */
    private static final class Noting extends URLClassLoader {
        private final TreeSet<String> found = new TreeSet<>();

        Noting(URL... urls) {
            super(urls, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Class<?> type = super.findClass(name);
            found.add(name);
            return type;
        }
    }

    private static List<String> names() throws Exception {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("backhaul/relay"))) {
            return files.map(file -> CLASSES.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .toList();
        }
    }

    private static void expectAllFrom(Path place) throws Exception {
        List<URL> urls = new ArrayList<>(List.of(place.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Path.of(entry).endsWith(CLASSES)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (Noting loader = new Noting(urls.toArray(URL[]::new))) {
            Class<?> starter = loader.loadClass(RelayStarter.class.getName());
            var loadAll =
                    loader.loadClass(ApplicationClasses.class.getName()).getDeclaredMethod("loadAll", Class.class);
            loadAll.setAccessible(true);
            assertThat(loadAll.invoke(null, starter)).isEqualTo(names().size());
            assertThat(loader.found).containsAll(names()).contains("backhaul.relay.AgentConnection$Ending");
        }
    }

    @Test
    void theyAreLoadedFromAFolder() throws Exception {
        expectAllFrom(CLASSES);
    }

    @Test
    void theyAreLoadedFromAnArchiveWithABlankInItsName() throws Exception {
        Path archive = directory.resolve("the relay.jar");
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                zip.putNextEntry(new ZipEntry(CLASSES.relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        expectAllFrom(archive);
    }
}
