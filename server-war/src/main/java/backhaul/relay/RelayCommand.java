package backhaul.relay;

import backhaul.transport.CheckReport;
import java.nio.file.Path;

/**
 * What {@code backhaul-relay} runs in Java: {@code check DIRECTORY [--colour]}, with the server's directory. It needs no
 * server, and nothing of Jakarta or MicroProfile on the class path.
 */
public final class RelayCommand {
    private static final int USAGE = 2;

    private RelayCommand() {}

    public static void main(String[] arguments) {
        if (arguments.length < 2 || !arguments[0].equals("check")) {
            System.err.println("This is run by backhaul-relay check");
            System.exit(USAGE);
        }
        boolean coloured = arguments.length > 2 && arguments[2].equals("--colour");
        CheckReport report = new CheckReport(System.out, coloured);
        System.exit(new RelayCheck(Path.of(arguments[1]), System.getenv(), report).run());
    }
}
