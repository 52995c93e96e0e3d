import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What Open Liberty has packed into its jars: {@code java Embedded.java JAR...} prints a line for each artifact of Maven and each
 * jar that it is in, separated by tabs: group, artifact, version, jar. Sorted, each once.
 *
 * <p>Liberty's jars have the classes of others among their own, without their pom.properties. But each jar has a pom.xml of its
 * own, whose dependencies are what was put into it.
 */
public final class Embedded {
    private final TreeSet<String> lines = new TreeSet<>();

    private Embedded() {}

    public static void main(String[] jars) throws Exception {
        Embedded embedded = new Embedded();
        for (String jar : jars) {
            try (InputStream in = Files.newInputStream(Path.of(jar))) {
                embedded.read(jar, in);
            }
        }
        embedded.lines.forEach(System.out::println);
    }

    /** A jar within a jar, too. */
    private void read(String jar, InputStream in) throws Exception {
        ZipInputStream zip = new ZipInputStream(in);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            String name = entry.getName();
            if (name.endsWith(".jar")) {
                read(jar, new ByteArrayInputStream(zip.readAllBytes()));
            } else if (name.matches("META-INF/maven/.*/pom\\.xml")) {
                add(jar, zip.readAllBytes());
            }
        }
    }

    private void add(String jar, byte[] pom) throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(pom))
                .getDocumentElement();
        NodeList dependencies = project.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            if (text(dependency, "scope").equals("runtime")) {
                String line = String.join(
                        "\t",
                        text(dependency, "groupId"),
                        text(dependency, "artifactId"),
                        text(dependency, "version"),
                        jar);
                if (Arrays.stream(line.split("\t")).anyMatch(field -> !field.matches("[\\w./-]+"))) {
                    throw new IOException("Embedded: odd characters in \"" + line + "\"");
                }
                lines.add(line);
            }
        }
    }

    private static String text(Element parent, String name) {
        NodeList children = parent.getElementsByTagName(name);
        return children.getLength() == 0
                ? ""
                : children.item(0).getTextContent().strip();
    }
}
