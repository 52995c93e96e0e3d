package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate authority made by {@code ca-scripts/backhaul-ca}, and certificates that this script would not make. */
final class Ca {
    private static final String SIGNING = "keyUsage=critical,digitalSignature\nextendedKeyUsage=";

    private static Ca shared; // guarded by the class

    private final Path directory;

    private Ca(Path directory) {
        this.directory = directory;
    }

    /** The authority of all relays and agents that are meant to get along. */
    static synchronized Ca shared() {
        if (shared == null) {
            shared = make("ca", "/C=US/ST=FL/O=Example");
        }
        return shared;
    }

    static Ca make(String name, String dn) {
        Ca ca = new Ca(Build.scratch(name));
        ca.script("init", "--dn", dn);
        return ca;
    }

    /** One at a time: the output goes to a file of the directory. */
    private synchronized String script(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Build.root().resolve("ca-scripts/backhaul-ca").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--dir", directory.toString()));
        return Command.run(directory, Map.of(), command).expect(0).output();
    }

    /** A relay that is called {@code localhost} and 127.0.0.1; made when first asked for. */
    Machine relay() {
        return machine("localhost", "relay", "localhost", "--san", "127.0.0.1");
    }

    /** A relay that is called by its address, or by {@link Network#NAME}; made when first asked for. */
    Machine relay(String address) {
        return machine(address, "relay", address, "--san", Network.NAME);
    }

    /** An agent of this name; made when first asked for. */
    Machine agent(String name) {
        return machine(name, "agent", name);
    }

    private synchronized Machine machine(String name, String... command) {
        String files = name.replace(':', '_');
        Path folder = directory.resolve("machines").resolve(files);
        if (!Files.exists(folder)) {
            script(command);
        }
        return new Machine(folder.resolve(files + ".crt"), folder.resolve(files + ".key"), folder.resolve("ca.crt"));
    }

    /** The value that the script tells an administrator to put into {@code relay.tls.issuer}. */
    String issuer() {
        Matcher line = Pattern.compile("(?m)^relay\\.tls\\.issuer=(.*)$").matcher(script("show"));
        assertThat(line.find()).as("backhaul-ca show prints relay.tls.issuer=").isTrue();
        return line.group(1);
    }

    Path trust() {
        return directory.resolve("ca/ca.crt");
    }

    /** An agent's certificate that expired yesterday. */
    Machine expired(String name) {
        return byHand(name, "intermediate", SIGNING + "clientAuth", -1);
    }

    /** A certificate for servers, in an agent's hand. */
    Machine withoutClientAuth(String name) {
        return byHand(name, "intermediate", SIGNING + "serverAuth", 2);
    }

    /** An agent's certificate that the trusted root issued, but not the intermediate. */
    Machine issuedByRoot(String name) {
        return byHand(name, "root", SIGNING + "clientAuth", 2);
    }

    /** An agent's certificate that nobody else has signed. */
    Machine selfSigned(String name) {
        return byHand(name, null, SIGNING + "clientAuth", 2);
    }

    /**
     * The lists of the root and of the intermediate, which names these machines.
     *
     * @param file where to write them
     */
    void revocations(Path file, Machine... revoked) {
        StringBuilder index = new StringBuilder();
        for (Machine machine : revoked) {
            String serial = Command.run(
                            directory,
                            Map.of(),
                            List.of(
                                    "openssl",
                                    "x509",
                                    "-noout",
                                    "-serial",
                                    "-in",
                                    machine.cert().toString()))
                    .expect(0)
                    .output()
                    .strip()
                    .replace("serial=", "");
            index.append("R\t351231235959Z\t200101000000Z\t" + serial + "\tunknown\t/CN=revoked\n");
        }
        write(directory.resolve("revoked.cnf"), "[ca]\ndefault_ca=x\n[x]\ndatabase=revoked.txt\ndefault_md=sha256");
        StringBuilder lists = new StringBuilder();
        for (String issuer : new String[] {"intermediate", "root"}) {
            try {
                Files.writeString(directory.resolve("revoked.txt"), issuer.equals("root") ? "" : index);
                openssl("ca -gencrl -config revoked.cnf -crldays 90 -cert ca/" + issuer + ".crt -keyfile ca/" + issuer
                        + ".key -out " + issuer + ".crl");
                lists.append(Files.readString(directory.resolve(issuer + ".crl")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        write(file, lists.toString());
    }

    /** A certificate whose key may not sign, for a relay or an agent by its usage. */
    Machine withoutDigitalSignature(String name, String usage) {
        return byHand(
                name,
                "intermediate",
                "keyUsage=critical,keyEncipherment\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage="
                        + usage,
                2);
    }

    /** The machine's files, and behind its chain the root once more, as another CA has signed it until yesterday. */
    Machine withCrossSignedRoot(Machine machine) {
        Path cert = directory.resolve("crossed.crt");
        write(directory.resolve("root.ext"), "basicConstraints=critical,CA:TRUE");
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Old -days 2 -keyout old.key"
                + " -out old.crt");
        openssl("x509 -x509toreq -in ca/root.crt -signkey ca/root.key -out root.csr");
        openssl("x509 -req -in root.csr -days -1 -extfile root.ext -CA old.crt -CAkey old.key -CAcreateserial -out "
                + cert);
        Path chain = directory.resolve("crossed-chain.crt");
        try {
            Files.writeString(chain, Files.readString(machine.cert()) + Files.readString(cert));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Machine(chain, machine.key(), machine.ca());
    }

    private Machine byHand(String name, String issuer, String usages, int days) {
        Path cert = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
        Path extensions = directory.resolve(name + ".ext");
        write(extensions, "basicConstraints=critical,CA:FALSE\n" + usages);
        openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /C=US/ST=FL/O=Example/CN=" + name
                + " -keyout " + key + " -out " + name + ".csr");
        openssl("x509 -req -in " + name + ".csr -days " + days + " -extfile " + extensions + " -out " + cert
                + (issuer == null
                        ? " -signkey " + key
                        : " -CA ca/" + issuer + ".crt -CAkey ca/" + issuer + ".key -CAcreateserial"));
        if ("intermediate".equals(issuer)) {
            append(cert, directory.resolve("ca/intermediate.crt"));
        }
        return new Machine(cert, key, trust());
    }

    /** For a {@code KeyStore}: the machine's key and certificates as PKCS #12, by OpenSSL and not by our own code. */
    static Path pkcs12(Machine machine, String password) {
        Path file = Path.of(machine.cert() + ".p12");
        List<String> command = List.of(
                "openssl",
                "pkcs12",
                "-export",
                "-in",
                machine.cert().toString(),
                "-inkey",
                machine.key().toString(),
                "-passout",
                "pass:" + password,
                "-out",
                file.toString());
        Command.run(machine.cert().getParent(), Map.of(), command).expect(0);
        return file;
    }

    private synchronized void openssl(String arguments) {
        Command.run(directory, Map.of(), List.of(("openssl " + arguments).split(" ")))
                .expect(0);
    }

    /** A machine shows its whole chain except for the root. */
    private static void append(Path cert, Path issuer) {
        try {
            Files.writeString(cert, Files.readString(issuer), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
