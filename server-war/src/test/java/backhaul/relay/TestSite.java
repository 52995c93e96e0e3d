package backhaul.relay;

import backhaul.pki.Credentials;
import backhaul.pki.TestCa;
import java.nio.file.Path;

/** The certificates of a site as it should be, made once for all tests: a CA, and a relay and an agent of it. */
public final class TestSite {
    public static final TestCa CA = TestCa.create(Path.of("target", "test-ca"));
    public static final TestCa.Issued RELAY = CA.relay("relay", "DNS:localhost").issue();
    static final Credentials HOME = CA.agent("home").issue().credentials();

    private TestSite() {}

    /** A CA of the same or another name, with keys of its own. */
    public static TestCa otherCa(String name) {
        return TestCa.create(Path.of("target", "test-ca"), name);
    }
}
