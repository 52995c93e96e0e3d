import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Throw-away certificates from the project's own scripts. */
final class Certificates {
    private final Path script;
    private final Path directory;

    /** Files of one machine. */
    record Machine(Path cert, Path key, Path ca) {}

    Certificates(Path script, Path directory) throws IOException, InterruptedException {
        this.script = script;
        this.directory = directory;
        run("init", "--dn", "/O=Backhaul-Benchmark");
        run("relay", "localhost", "--san", "127.0.0.1");
    }

    Machine relay() {
        return machine("localhost");
    }

    /** Made when first asked for. */
    Machine agent(String name) throws IOException {
        Machine machine = machine(name);
        if (!Files.exists(machine.cert())) {
            try {
                run("agent", name);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        return machine;
    }

    String issuer() throws IOException, InterruptedException {
        Matcher line = Pattern.compile("(?m)^relay\\.tls\\.issuer=(.*)$").matcher(run("show"));
        if (!line.find()) {
            throw new IOException("backhaul-ca show prints no relay.tls.issuer");
        }
        return line.group(1);
    }

    private Machine machine(String name) {
        Path files = directory.resolve("machines").resolve(name);
        return new Machine(files.resolve(name + ".crt"), files.resolve(name + ".key"), files.resolve("ca.crt"));
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--dir", directory.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }
}
