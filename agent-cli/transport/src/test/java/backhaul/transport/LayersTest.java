package backhaul.transport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** Which package may use which, as in DEVELOPING and in each {@code package-info}. */
class LayersTest {
    private static final String TRANSPORT = "backhaul.transport";
    private static final String PKI = "backhaul.pki";
    private static final String[] JAVA_SE = {"java..", "javax.net..", "javax.security..", "javax.crypto.."};

    private static final JavaClasses MAIN = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void transportKnowsJavaAlone() {
        classes()
                .that()
                .resideInAPackage(TRANSPORT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(with(TRANSPORT))
                .check(MAIN);
    }

    @Test
    void pkiKnowsJavaAndTransport() {
        classes()
                .that()
                .resideInAPackage(PKI)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(with("jdk.net", TRANSPORT, PKI))
                .check(MAIN);
    }

    @Test
    void pkiKnowsNothingOfTheWire() {
        noClasses()
                .that()
                .resideInAPackage(PKI)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Wire.class, ControlLine.class, EmptyRecords.class)
                .check(MAIN);
    }

    @Test
    void nothingStartsAThreadOrLogs() {
        noClasses()
                .should()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executor.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadFactory.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(System.Logger.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(MAIN);
    }

    @Test
    void noPackageKnowsItselfInACircle() {
        slices().matching("backhaul.(**)").should().beFreeOfCycles().check(MAIN);
    }

    private static String[] with(String... packages) {
        String[] all = new String[JAVA_SE.length + packages.length];
        System.arraycopy(JAVA_SE, 0, all, 0, JAVA_SE.length);
        System.arraycopy(packages, 0, all, JAVA_SE.length, packages.length);
        return all;
    }
}
