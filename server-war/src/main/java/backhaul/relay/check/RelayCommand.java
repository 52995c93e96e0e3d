package backhaul.relay.check;

import backhaul.relay.TrustFiles;
import backhaul.relay.host.OpenFiles;
import backhaul.relay.settings.RelaySettings;
import backhaul.relay.settings.ServerSettings;
import backhaul.transport.CheckReport;
import backhaul.transport.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Java part of {@code backhaul-relay}, with the server's directory: {@code check DIRECTORY [--colour]}, and {@code start
 * DIRECTORY} before each start of a server. It needs no server, and nothing of Jakarta or MicroProfile on the class path.
 */
public final class RelayCommand {
    private static final int USAGE = 2;
    private static final int LONGEST = 2_000;

    private RelayCommand() {}

    public static void main(String[] arguments) {
        String command = arguments.length < 2 ? "" : arguments[0];
        switch (command) {
            case "check" -> {
                boolean coloured = arguments.length > 2 && arguments[2].equals("--colour");
                CheckReport report = new CheckReport(System.out, coloured);
                System.exit(new RelayCheck(Path.of(arguments[1]), System.getenv(), report).run());
            }
            case "start" -> System.exit(start(Path.of(arguments[1]), System.getenv(), System.out, System.err));
            default -> {
                System.err.println("This is run by backhaul-relay");
                System.exit(USAGE);
            }
        }
    }

    /**
     * Checks the settings, with the sentences of {@code check}. Certificate files and ports are not checked: the relay waits
     * for those.
     *
     * @param out gets the port for HTTP, for the server
     * @param errors gets each problem on a line
     * @return the exit status
     */
    static int start(Path server, Map<String, String> environment, PrintStream out, PrintStream errors) {
        RelaySettings settings = ServerSettings.read(server, environment);
        List<String> problems = new ArrayList<>(settings.problems());
        String tooFew = OpenFiles.tooFew(OpenFiles.limit(), settings.config());
        if (tooFew != null) {
            problems.add(tooFew);
        }
        if (problems.isEmpty() && settings.config().issuer() == null) {
            problems.add(missingIssuer(new TrustFiles(settings.config())));
        }
        problems.forEach(problem -> errors.println("backhaul-relay: " + Printable.of(problem, LONGEST)));
        settings.httpPort().ifPresent(out::println);
        return problems.isEmpty() ? RelayCheck.OK : RelayCheck.MISCONFIGURED;
    }

    private static String missingIssuer(TrustFiles files) {
        try {
            return files.noIssuer(files.read(null));
        } catch (IOException e) {
            return RelaySettings.unknownIssuer();
        }
    }
}
