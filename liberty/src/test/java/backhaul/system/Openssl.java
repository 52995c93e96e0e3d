package backhaul.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code openssl s_client}: a foreign TLS client that reads lines and knows nothing of Backhaul. */
final class Openssl implements AutoCloseable {
    private final Daemon process;
    private final Path errors;

    private Openssl(Daemon process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /**
     * Connects.
     *
     * @param machine null to show no certificate
     */
    static Openssl connect(String name, RelayServer relay, Machine machine, String... options) {
        Path directory = Build.scratch(name);
        List<String> command = command(directory, relay, machine);
        command.add("-quiet");
        command.addAll(List.of(options));
        return new Openssl(Daemon.startApart("s_client", directory, command), directory.resolve("s_client.err"));
    }

    /** One that takes commands from {@link #type} and prints more than it receives. */
    static Openssl interactive(String name, RelayServer relay, Machine machine) {
        Path directory = Build.scratch(name);
        return new Openssl(
                Daemon.startTyped("s_client", directory, command(directory, relay, machine)),
                directory.resolve("s_client.err"));
    }

    private static List<String> command(Path directory, RelayServer relay, Machine machine) {
        List<String> command = new ArrayList<>(List.of(
                Tool.require("openssl"),
                "s_client",
                "-connect",
                "127.0.0.1:" + relay.tlsPort(),
                "-CAfile",
                Ca.shared().trust().toString(),
                "-verify_return_error",
                "-verify_hostname",
                "localhost",
                "-servername",
                "localhost"));
        if (machine != null) {
            command.addAll(List.of(
                    "-cert", machine.cert().toString(), "-key", machine.key().toString()));
            // s_client takes only the first certificate of that file, and sends a second copy of what it is told to
            // add.
            String issuers = issuers(machine);
            if (!issuers.isEmpty()) {
                command.addAll(List.of("-cert_chain", write(directory.resolve("issuers.crt"), issuers)));
            }
        }
        return command;
    }

    /** Types this at it. */
    void type(String text) {
        process.type(text);
    }

    /** All certificates of the machine's file except its own. */
    private static String issuers(Machine machine) {
        String own = "-----END CERTIFICATE-----";
        try {
            String chain = Files.readString(machine.cert());
            return chain.substring(chain.indexOf(own) + own.length()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write(Path file, String text) {
        try {
            return Files.writeString(file, text + "\n").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes that it has received. */
    byte[] received() {
        return process.output();
    }

    /** Its messages about the connection. */
    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has noticed that the connection is over. */
    void awaitEnd(Duration limit) {
        process.awaitExit(limit);
    }

    @Override
    public void close() {
        process.close();
    }
}
