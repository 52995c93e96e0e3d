package backhaul.relay;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.TOP_LEVEL_CLASSES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import backhaul.relay.settings.LibertySettings;
import backhaul.relay.settings.RelayFileSource;
import backhaul.relay.status.StatusJson;
import backhaul.transport.Documents;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom, as DEVELOPING draws it and each {@code package-info} says it. */
class LayersTest {
    private static final String CORE = "backhaul.relay";
    private static final String SETTINGS = CORE + ".settings";
    private static final String STATUS = CORE + ".status";
    private static final String HOST = CORE + ".host";
    private static final String CHECK = CORE + ".check";

    private static final DescribedPredicate<JavaClass> BELOW = resideInAnyPackage(
            "java..", "javax.net..", "javax.security..", "com.sun.management", "backhaul.transport", "backhaul.pki");
    private static final DescribedPredicate<JavaClass> CONTAINER =
            resideInAnyPackage("jakarta..", "org.eclipse.microprofile..");
    private static final DescribedPredicate<JavaClass> SOCKETS = describe(
            "sockets",
            known -> known.isAssignableTo(Socket.class)
                    || known.isAssignableTo(ServerSocket.class)
                    || known.isAssignableTo(DatagramSocket.class)
                    || known.isAssignableTo(Channel.class)
                    || known.getPackageName().startsWith("javax.net"));

    /** The classes that the container finds by itself: the EJB, the health checks, and those that answer HTTP. */
    private static final DescribedPredicate<JavaClass> FACE = belongToAnyOf(
            SyslogRelay.class,
            LiveCheck.class,
            ReadyCheck.class,
            StartedCheck.class,
            HeldAnswer.class,
            HttpGuard.class,
            MetricsResource.class,
            PageResource.class,
            PlainQuestion.class,
            StatusApplication.class,
            StatusResource.class);

    /** The classes that read configuration and write JSON. */
    private static final DescribedPredicate<JavaClass> BORDER =
            belongToAnyOf(LibertySettings.class, RelayFileSource.class, StatusJson.class);

    private static final JavaClasses MAIN = new ClassFileImporter().importPath(Path.of("target/classes"));

    private static void knowsOnly(String room, DescribedPredicate<JavaClass> others) {
        classes()
                .that(resideInAPackage(room))
                .should()
                .onlyDependOnClassesThat(BELOW.or(resideInAPackage(room)).or(others))
                .check(MAIN);
    }

    @Test
    void settingsKnowNoOtherRoom() {
        knowsOnly(SETTINGS, CONTAINER);
    }

    @Test
    void statusKnowsNoOtherRoom() {
        knowsOnly(STATUS, CONTAINER);
    }

    @Test
    void hostKnowsSettingsAndStatus() {
        knowsOnly(HOST, resideInAnyPackage(SETTINGS, STATUS));
    }

    @Test
    void theCoreKnowsEverythingButCheck() {
        knowsOnly(CORE, CONTAINER.or(resideInAnyPackage(SETTINGS, STATUS, HOST)));
    }

    @Test
    void checkKnowsNoContainerAndLittleOfTheCore() {
        knowsOnly(
                CHECK, resideInAnyPackage(SETTINGS, STATUS, HOST).or(belongToAnyOf(TrustFiles.class, RingSpace.class)));
    }

    @Test
    void settingsAndStatusKnowNoSockets() {
        noClasses()
                .that(resideInAnyPackage(SETTINGS, STATUS))
                .should()
                .dependOnClassesThat(SOCKETS)
                .check(MAIN);
    }

    @Test
    void theContainerIsKnownToItsFaceAlone() {
        noClasses()
                .that(not(FACE).and(not(BORDER)))
                .should()
                .dependOnClassesThat(CONTAINER)
                .check(MAIN);
    }

    @Test
    void theCoreIsPackagePrivate() {
        classes()
                .that(resideInAPackage(CORE)
                        .and(TOP_LEVEL_CLASSES)
                        .and(not(FACE))
                        .and(not(belongToAnyOf(TrustFiles.class, RingSpace.class))))
                .should()
                .notBePublic()
                .check(MAIN);
    }

    @Test
    void noPackageKnowsItselfInACircle() {
        slices().matching("backhaul.(**)").should().beFreeOfCycles().check(MAIN);
    }

    /** Numbers may be a little out of date; a package that has grown by more should be looked at. */
    @Test
    void developingHasEveryPackageAndHowManyClassesItHas() throws IOException {
        Map<String, Integer> found = new TreeMap<>();
        for (String module : List.of("agent-cli/transport", "agent-cli", "server-war")) {
            Path sources = Path.of("..", module, "src", "main", "java");
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                        .map(file -> sources.relativize(file.getParent()).toString())
                        .forEach(folder -> found.merge(folder.replace('/', '.'), 1, Integer::sum));
            }
        }
        List<List<String>> table = Documents.table(Path.of("DEVELOPING.md"), "## Layers");
        assertThat(table)
                .extracting(row -> row.get(0).replace("`", ""))
                .containsExactlyInAnyOrderElementsOf(found.keySet());
        assertThat(table)
                .allSatisfy(row -> assertThat(Integer.parseInt(row.get(1)))
                        .as(row.get(0))
                        .isCloseTo(found.get(row.get(0).replace("`", "")), within(3)));
    }
}
