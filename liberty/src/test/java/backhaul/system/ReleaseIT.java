package backhaul.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The metadata of the packages and archives: version, contents, licences. */
@Tag("shell")
class ReleaseIT {
    private static final String VERSION = first(Build.root().resolve("pom.xml"), "(?m)^  <version>(.*)</version>");

    /** Its name, the module that makes it, and how many folders its archive has above bin. */
    private enum Package {
        RELAY("backhaul-relay", "liberty", 0),
        AGENT("backhaul-agent", "agent-cli", 1),
        CA("backhaul-ca", "ca-scripts", 0);

        private final String title;
        private final String module;
        private final int above;

        Package(String title, String module, int above) {
            this.title = title;
            this.module = module;
            this.above = above;
        }

        Path deb() {
            return Build.debianPackage(module, title);
        }

        /** The folder where it was unpacked. */
        Path root() {
            return directory.resolve(title);
        }

        Path doc() {
            return root().resolve("usr/share/doc").resolve(title);
        }

        /** The same of the archive. */
        Path archiveDoc() {
            return directory.resolve(title + "-archive/share/doc").resolve(title);
        }
    }

    /**
     * Jars of Liberty with classes that are nobody's artifact: interfaces of specifications that it compiles itself
     * (CORBA, OSGi, Reactive Streams), and copies of other jars' classes for compiling.
     */
    private static final Set<String> NO_ARTIFACT = Set.of(
            "com.ibm.websphere.javaee.activity.1.0",
            "com.ibm.websphere.org.reactivestreams.reactive-streams.1.0",
            "com.ibm.ws.config",
            "com.ibm.ws.event",
            "com.ibm.ws.kernel.boot",
            "com.ibm.ws.kernel.cmdline",
            "com.ibm.wsspi.thirdparty.equinox",
            "io.openliberty.cdi.4.1.thirdparty",
            "io.openliberty.corba.2.4");

    private static Path directory;

    @BeforeAll
    static void unpack() throws IOException {
        directory = Build.scratch("release");
        for (Package one : Package.values()) {
            run("dpkg-deb", "-x", one.deb().toString(), one.root().toString());
        }
        for (Package one : List.of(Package.RELAY, Package.AGENT)) {
            Path into = Files.createDirectories(directory.resolve(one.title + "-archive"));
            Path archive = Build.root().resolve(one.module + "/target/" + one.title + "-" + VERSION + ".tar.gz");
            run("tar", "xzf", archive.toString(), "-C", into.toString(), "--strip-components=" + one.above);
        }
    }

    private static String run(String... command) {
        command[0] = Tool.require(command[0]);
        return Command.run(directory, Map.of(), List.of(command)).expect(0).output();
    }

    private static String first(Path file, String pattern) {
        try {
            return all(Files.readString(file), pattern).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> all(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map((MatchResult result) -> result.group(1));
    }

    private static String unpacked(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void theVersionIsTheSameInPackageAndChangelog(Package one) throws Exception {
        boolean released = !VERSION.endsWith("-SNAPSHOT");
        String debian = VERSION.replace("-SNAPSHOT", "~snapshot");
        Path changelog = Build.root().resolve("CHANGELOG.md");
        assertThat(first(changelog, "(?m)^## \\[(.*?)]")).isEqualTo(released ? VERSION : "Unreleased");
        assertThat(run("dpkg-deb", "-f", one.deb().toString(), "Version").strip())
                .isEqualTo(debian);
        assertThat(changelog(one, "Version").strip()).isEqualTo(debian);
        String date = first(Build.root().resolve("pom.xml"), "<project.build.outputTimestamp>(.*?)T");
        if (released) {
            assertThat(first(changelog, "(?m)^## \\[.*?] - (.*)$")).isEqualTo(date);
        }
        assertThat(Instant.ofEpochSecond(
                        Long.parseLong(changelog(one, "Timestamp").strip())))
                .hasToString(date + "T00:00:00Z");
        String words = words(changelog(one, "Changes"));
        for (String item : all(Files.readString(changelog), "(?m)^- (.*)$").toList()) {
            assertThat(words).contains(words(item));
        }
    }

    /** A field of the changelog in Debian's form, as Debian reads it; the changes of all versions. */
    private static String changelog(Package one, String field) {
        String file = one.doc().resolve("changelog.gz").toString();
        return field.equals("Changes")
                ? run("dpkg-parsechangelog", "--all", "-l", file, "-S", field)
                : run("dpkg-parsechangelog", "-l", file, "-S", field);
    }

    private static String words(String text) {
        return text.replace("`", "").replaceAll("[\\s*.]+", " ");
    }

    @Test
    void theCommandsSayTheVersion() {
        assertThat(Command.run(
                                Package.RELAY
                                        .root()
                                        .resolve("usr/share/backhaul-relay/bin/backhaul-relay")
                                        .toString(),
                                "--version")
                        .expect(0)
                        .output())
                .isEqualTo("backhaul-relay " + VERSION + "\n");
        assertThat(Command.run(
                                Package.AGENT
                                        .root()
                                        .resolve("usr/bin/backhaul-agent")
                                        .toString(),
                                "--version")
                        .expect(0)
                        .output())
                .contains("backhaul-agent " + VERSION + "\n");
    }

    /** The same in the package and the archive; the agent's is compared with its jar where that is made. */
    @Test
    void theBillOfMaterialsOfTheRelayHasEveryJarAndNoOther() throws Exception {
        Path file = Package.RELAY.doc().resolve("backhaul-relay.cdx.json");
        String bill = Files.readString(file);
        assertThat(Package.RELAY.archiveDoc().resolve("backhaul-relay.cdx.json"))
                .hasSameTextualContentAs(file);
        Set<String> shipped = new HashSet<>(Set.of(sha256(Build.war())));
        Path wlp = Package.RELAY.root().resolve("usr/share/backhaul-relay/wlp");
        try (Stream<Path> files = Files.walk(wlp)) {
            for (Path jar :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".jar"))::iterator) {
                shipped.add(sha256(jar));
            }
        }
        assertThat(all(bill, "\"content\": \"([0-9a-f]{64})\"").collect(Collectors.toSet()))
                .hasSizeGreaterThan(100)
                .isEqualTo(shipped);
        Properties liberty = new Properties();
        try (InputStream in = Files.newInputStream(wlp.resolve("lib/versions/openliberty.properties"))) {
            liberty.load(in);
        }
        assertThat(bill)
                .contains("\"pkg:maven/io.openliberty/openliberty-runtime@"
                        + liberty.getProperty("com.ibm.websphere.productVersion") + "?type=zip\"")
                .doesNotContain(System.getProperty("user.home"));
    }

    /** By what Maven Central calls it, in the uppermost list: Trivy looks no deeper. */
    @Test
    void theBillOfMaterialsOfTheRelayHasWhatLibertyHasPackedIntoItsJars() throws Exception {
        String bill = Files.readString(Package.RELAY.doc().resolve("backhaul-relay.cdx.json"));
        Set<String> purls = all(bill, "(?m)^\\{\"type\": \"library\", .*?\"purl\": \"(.*?)\"")
                .collect(Collectors.toSet());
        Path lib = Package.RELAY.root().resolve("usr/share/backhaul-relay/wlp/lib");
        // Artifact, a package of it that a jar exports, by its version.
        Map<String, String> known = Map.of(
                "io.netty/netty-codec-http2", "io.netty.handler.codec.http2",
                "commons-fileupload/commons-fileupload", "org.apache.commons.fileupload",
                "org.apache.httpcomponents/httpclient", "org.apache.http.client",
                "org.jboss.resteasy/resteasy-core", "org.jboss.resteasy.core",
                "org.slf4j/slf4j-api", "org.slf4j");
        Map<String, String> exported = exported(lib);
        known.forEach(
                (artifact, name) -> assertThat(purls).contains("pkg:maven/" + artifact + "@" + exported.get(name)));
        // Within a jar, and exported by none.
        assertThat(purls).anyMatch(purl -> purl.matches("pkg:maven/org\\.bouncycastle/bcprov-jdk18on@1\\.[\\d.]+"));
        assertThat(all(
                                bill,
                                "(?m)^\\{\"ref\": \"pkg:maven/io.openliberty/openliberty-runtime@.*?\", \"dependsOn\": \\[(.*?)]")
                        .flatMap(refs -> all(refs, "\"(.*?)\""))
                        .collect(Collectors.toSet()))
                .hasSizeGreaterThan(100)
                .isSubsetOf(purls);
    }

    /** Classes that are not Liberty's own have a name in the bill, so that a hole in them can be found. */
    @Test
    void noJarOfTheRelayHasClassesOfOthersWithoutTheirNameInTheBill() throws Exception {
        String bill = Files.readString(Package.RELAY.doc().resolve("backhaul-relay.cdx.json"));
        Set<String> named = all(bill, "\"location\": \"(.*?)\"").collect(Collectors.toSet());
        Path wlp = Package.RELAY.root().resolve("usr/share/backhaul-relay/wlp");
        Set<String> unnamed = new TreeSet<>();
        for (Path jar : jars(wlp)) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                if (!named.contains("wlp/" + wlp.relativize(jar))
                        && zip.stream().map(ZipEntry::getName).anyMatch(ReleaseIT::isOfOthers)) {
                    unnamed.add(jar.getFileName().toString().replaceFirst("_[\\d.]+jar$", ""));
                }
            }
        }
        assertThat(unnamed).isEqualTo(NO_ARTIFACT);
    }

    private static boolean isOfOthers(String entry) {
        return entry.matches("[a-z].*\\.class")
                && !entry.matches("(com/ibm|io/openliberty|wlp/lib|backhaul|module-info).*");
    }

    private static List<Path> jars(Path wlp) throws IOException {
        try (Stream<Path> files = Files.walk(wlp)) {
            return files.filter(path -> path.toString().endsWith(".jar")).toList();
        }
    }

    /** Packages that the jars export, and their versions. */
    private static Map<String, String> exported(Path lib) throws IOException {
        Map<String, String> versions = new HashMap<>();
        for (Path jar : jars(lib)) {
            try (JarFile file = new JarFile(jar.toFile())) {
                String exports = file.getManifest() == null
                        ? null
                        : file.getManifest().getMainAttributes().getValue("Export-Package");
                Pattern.compile("([\\w.]+);version=\"([^\"]+)\"")
                        .matcher(exports == null ? "" : exports)
                        .results()
                        .forEach(export -> versions.put(export.group(1), export.group(2)));
            }
        }
        return versions;
    }

    @Test
    void theBillOfMaterialsOfTheAgentIsBesideItAndInIt() throws Exception {
        Path file = Package.AGENT.doc().resolve("backhaul-agent.cdx.json");
        assertThat(Package.AGENT.archiveDoc().resolve("backhaul-agent.cdx.json"))
                .hasSameTextualContentAs(file);
        assertThat(entry(Build.agentJar(), "META-INF/sbom/backhaul-agent.cdx.json"))
                .isEqualTo(Files.readString(file));
    }

    /** Each licence that a paragraph of files names has a paragraph of its own, and each one of the bill is named. */
    @ParameterizedTest
    @MethodSource("packages")
    void theCopyrightFileHasTheLicenceOfEverything(Package one) throws Exception {
        String copyright = Files.readString(one.doc().resolve("copyright"));
        assertThat(copyright)
                .startsWith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n")
                .contains(Files.readString(Build.root().resolve("LICENSE"))
                        .lines()
                        .filter(line -> line.contains("Copyright"))
                        .map(line -> line.replaceFirst("Copyright \\(c\\) ", "Copyright: "))
                        .findFirst()
                        .orElseThrow());
        Set<String> named =
                all(copyright, "(?m)^Files: .*\nCopyright: .*\nLicense: (.*)$").collect(Collectors.toSet());
        assertThat(all(copyright, "(?m)^License: (.*)\n ").collect(Collectors.toSet()))
                .isEqualTo(named)
                .contains("Expat");
        Path bill = one.doc().resolve(one.title + ".cdx.json");
        if (one != Package.CA) {
            assertThat(all(Files.readString(bill), "\"license\": \\{\"id\": \"(.*?)\"}")
                            .map(id -> id.replace("MIT", "Expat"))
                            .collect(Collectors.toSet()))
                    .isEqualTo(named);
            assertThat(one.archiveDoc().resolve("copyright"))
                    .hasSameTextualContentAs(one.doc().resolve("copyright"));
        }
    }

    @Test
    void theFullTextsOfTheLicencesAreThere() throws Exception {
        String mit = Files.readString(Build.root().resolve("LICENSE"));
        assertThat(entry(Build.agentJar(), "META-INF/LICENSE")).isEqualTo(mit);
        assertThat(entry(Build.war(), "META-INF/LICENSE")).isEqualTo(mit);
        for (Package one : List.of(Package.RELAY, Package.AGENT)) {
            assertThat(one.archiveDoc().resolve("LICENSE")).hasContent(mit);
        }

        String apache = "Apache License\n                           Version 2.0, January 2004";
        assertThat(entry(Build.agentJar(), "META-INF/LICENSE-Apache-2.0"))
                .contains(apache, "END OF TERMS AND CONDITIONS");
        assertThat(Package.AGENT.archiveDoc().resolve("LICENSE-Apache-2.0"))
                .content()
                .contains(apache, "END OF TERMS AND CONDITIONS");
        // The package leaves that one to Debian's copy.
        assertThat(Package.AGENT.doc().resolve("LICENSE-Apache-2.0")).doesNotExist();
        assertThat(entry(Build.agentJar(), "META-INF/NOTICE")).contains("picocli", "junixsocket", "Copyright");

        String liberty = first(Build.root().resolve("pom.xml"), "<liberty.runtime.version>(.*?)<");
        assertThat(unpacked(Package.RELAY.doc().resolve("Open-Liberty-LICENSE.gz")))
                .isEqualTo(Files.readString(directory.resolve("backhaul-relay-archive/wlp/LICENSE")))
                .startsWith("Eclipse Public License - v 2.0");
        assertThat(unpacked(Package.RELAY.doc().resolve("Open-Liberty-NOTICES.gz")))
                .isEqualTo(Files.readString(directory.resolve("backhaul-relay-archive/wlp/NOTICES")))
                .contains("Open Liberty " + liberty);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void nobodyButRootMayChangeWhatIsInThePackage(Package one) {
        assertThat(run("dpkg-deb", "-c", one.deb().toString()).lines())
                .isNotEmpty()
                .allMatch(line -> line.matches("(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root/root .*"));
    }

    private static Stream<Package> packages() {
        return Stream.of(Package.values());
    }

    private static String entry(Path archive, String name) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile());
                InputStream in = zip.getInputStream(zip.getEntry(name))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
