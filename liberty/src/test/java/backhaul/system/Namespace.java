package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace of this machine: interfaces, routes, ports and firewall of its own.
 *
 * @param name as {@code ip netns} knows it; empty for the machine's own
 */
record Namespace(String name) {
    /** The machine's own. */
    static final Namespace OWN = new Namespace("");

    /** The command that runs {@code command} in here; {@code ip netns exec} becomes it, so that its pid is the same. */
    List<String> enter(List<String> command) {
        if (name.isEmpty()) {
            return command;
        }
        List<String> entered = new ArrayList<>(List.of(Tool.require("ip"), "netns", "exec", name));
        entered.addAll(command);
        return entered;
    }

    /** Runs {@code ip} with these arguments, separated by spaces. */
    void ip(String arguments) {
        Namespace.run(List.of((Tool.require("ip") + " -n " + name + " " + arguments).split(" ")), "");
    }

    /** Changes the firewall. */
    void nft(String rules) {
        run(enter(List.of(Tool.require("nft"), "-f", "-")), rules);
    }

    void sysctl(String key, String value) {
        run(enter(List.of("sh", "-c", "echo " + value + " >/proc/sys/" + key.replace('.', '/'))), "");
    }

    /** The answer to a GET at the HTTP port of this namespace's loopback, headers and body; empty if nobody answers. */
    String get(int port, String path) {
        String script = "exec 3<>/dev/tcp/127.0.0.1/" + port + " && printf 'GET " + path
                + " HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && cat <&3";
        return attempt(enter(List.of("timeout", "5", "bash", "-c", script)), "").output();
    }

    /** Runs a program of this machine to its end and returns its output; fails if it fails. */
    static String run(List<String> command, String input) {
        Result result = attempt(command, input);
        assertThat(result.exit()).as("%s said: %s", command, result.output()).isZero();
        return result.output();
    }

    private record Result(int exit, String output) {}

    private static Result attempt(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }
}
