package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/** The products of the build, and the folder where tests may write. */
final class Build {
    private static Path unpacked; // guarded by the class

    private Build() {}

    /** The top of the repository. */
    static Path root() {
        return property("backhaul.root");
    }

    /** The agent, one file to run. */
    static Path agentJar() {
        return property("backhaul.agent");
    }

    /** The Debian package of a module. */
    static Path debianPackage(String module, String name) {
        return only(module, name + "_*.deb");
    }

    /** The archive of a module. */
    static Path archive(String module, String name) {
        return only(module, name + "-*.tar.gz");
    }

    private static Path only(String module, String glob) {
        try (var files = Files.newDirectoryStream(root().resolve(module).resolve("target"), glob)) {
            return files.iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The application, one file to deploy. */
    static Path war() {
        return property("backhaul.war");
    }

    /** Liberty with all its features, as it comes. */
    static Path stockLiberty() {
        return property("arquillian.wlp");
    }

    /** The packaged server, unpacked once and left as it is: servers are copied from it. */
    static synchronized Path server() {
        if (unpacked == null) {
            Path archive = property("backhaul.archive");
            Path into = scratch("server");
            Command.run(into, Map.of(), List.of("tar", "xzf", archive.toString()))
                    .expect(0);
            unpacked = into.resolve("wlp");
        }
        return unpacked;
    }

    /** The relay's command, where packages have it: in bin/ beside wlp/. */
    static synchronized Path launcher() {
        Path bin = server().resolveSibling("bin");
        if (!Files.exists(bin)) {
            copy(root().resolve("liberty/src/main/dist/bin"), bin);
        }
        return bin.resolve("backhaul-relay");
    }

    /** An empty directory; files of an earlier run are deleted, files of this one stay for inspection. */
    static Path scratch(String name) {
        Path directory = property("backhaul.work").resolve(name);
        try {
            delete(directory);
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path from, Path to) {
        try (var paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.createDirectories(to);
                if (!path.equals(from)) {
                    Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path property(String key) {
        String value = System.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("System property " + key + " is not set: run this with `mvn verify`");
        }
        return Path.of(value).toAbsolutePath().normalize();
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
