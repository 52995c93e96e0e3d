package backhaul.relay;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads every class of a package at once. An upgrade replaces the files of a running relay, and an application server
 * may remove the archive before it tells the application to stop. A class that is first needed during the stop could
 * then not be loaded any more.
 */
final class ApplicationClasses {
    private static final String SUFFIX = ".class";

    private ApplicationClasses() {}

    /**
     * Loads the package of this class and those below it, from a folder or an archive.
     *
     * @return the number of classes
     */
    static int loadAll(Class<?> member) throws IOException {
        int loaded = 0;
        for (String name : names(member)) {
            try {
                Class.forName(member.getPackageName() + "." + name, false, member.getClassLoader());
                loaded++;
            } catch (ClassNotFoundException | LinkageError e) {
                // It needs something that is missing, such as Jakarta in a command: nobody can use it later either.
            }
        }
        return loaded;
    }

    private static List<String> names(Class<?> member) throws IOException {
        URL file = member.getResource(member.getSimpleName() + SUFFIX);
        // file:/FOLDER/X.class, or SCHEME:file:/ARCHIVE!/FOLDER/X.class: each container has its own scheme.
        String[] parts = String.valueOf(file).replaceFirst("^.*?(?=file:)", "").split("!/", 2);
        if (!parts[0].startsWith("file:")) {
            throw new IOException("the classes are in " + file + ", which is no file");
        }
        Path outer = Path.of(URI.create(parts[0].replace(" ", "%20")));
        if (parts.length == 1) {
            return list(outer.getParent());
        }
        try (FileSystem archive = FileSystems.newFileSystem(outer)) {
            return list(archive.getPath(parts[1]).getParent());
        }
    }

    private static List<String> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .filter(name -> name.endsWith(SUFFIX) && !name.endsWith("package-info" + SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length())
                            .replace('/', '.')
                            .replace(File.separatorChar, '.'))
                    .toList();
        }
    }
}
