package backhaul.relay.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * systemd's {@code backhaul-relay.socket}, which it hands to the relay that it starts; for {@code check}, which systemd does
 * not start. The command asks {@code systemctl show} and passes the answer on in the environment.
 *
 * @param active whether systemd has the port
 * @param receiveBuffer bytes that it asks the kernel for; 0 leaves it to the kernel
 */
public record SystemdSocket(InetSocketAddress address, boolean active, long receiveBuffer) {
    public static final String VARIABLE = "BACKHAUL_SOCKET";

    /** {@code 127.0.0.1:514}, {@code [::1]:514}. */
    private static final Pattern LISTEN = Pattern.compile("(?m)^Listen=\\[?([0-9A-Fa-f.:]+?)]?:(\\d+) \\(Datagram\\)");

    /** Null if there is no such unit. */
    public static SystemdSocket of(Map<String, String> environment) {
        String properties = environment.getOrDefault(VARIABLE, "");
        Matcher listen = LISTEN.matcher(properties);
        if (!listen.find()) {
            return null;
        }
        try {
            // Only digits and colons: no lookup happens.
            InetAddress address = InetAddress.getByName(listen.group(1));
            Matcher buffer = Pattern.compile("(?m)^ReceiveBuffer=(\\d{1,18})$").matcher(properties);
            return new SystemdSocket(
                    new InetSocketAddress(address, Integer.parseInt(listen.group(2))),
                    properties.contains("ActiveState=active"),
                    buffer.find() ? Long.parseLong(buffer.group(1)) : 0);
        } catch (UnknownHostException | IllegalArgumentException e) {
            return null;
        }
    }
}
