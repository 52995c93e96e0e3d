package backhaul.relay.host;

import backhaul.relay.status.Text;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;

/**
 * The UDP socket that the host's syslog daemon sends to. Either the relay binds it, or the service manager hands it over
 * as file descriptor 0 and keeps it open, so that the kernel keeps datagrams that are sent while no relay runs.
 *
 * <p>A socket that was handed over is never closed: the JVM would replace its file descriptors 0, 1 and 2 by /dev/null, and
 * would give the closed channel to the next relay that starts in the same JVM.
 *
 * @param inherited whether it was handed over
 */
public record UdpSocket(DatagramChannel channel, boolean inherited) implements Closeable {

    /** The socket that the service manager has handed to this process; null if there is none. */
    public static UdpSocket handedOver() throws IOException {
        Channel channel = System.inheritedChannel();
        return channel instanceof DatagramChannel udp
                        && udp.getLocalAddress() instanceof InetSocketAddress address
                        && address.getPort() != 0
                ? new UdpSocket(udp, true)
                : null;
    }

    public static UdpSocket bind(InetSocketAddress address, int receiveBuffer) throws IOException {
        boolean ipv4 = address.getAddress() instanceof Inet4Address
                && !address.getAddress().isAnyLocalAddress();
        DatagramChannel channel = ipv4 ? DatagramChannel.open(StandardProtocolFamily.INET) : DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            return new UdpSocket(channel.bind(address), false);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Bytes that the kernel grants if asked for this many: it reduces a request without an error. */
    public static int granted(int receiveBuffer) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            return channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer)
                    .getOption(StandardSocketOptions.SO_RCVBUF);
        }
    }

    /** Asks for a larger receive buffer; never for a smaller one: the service manager may have more than we can get. */
    public void enlarge(int receiveBuffer) throws IOException {
        int present = receiveBuffer();
        if (present < receiveBuffer && present < granted(receiveBuffer)) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
    }

    /** Bytes that the kernel holds for us. */
    public int receiveBuffer() throws IOException {
        return channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Does a socket at {@code actual} match the {@code wanted} address? Port 0 is any. */
    public static boolean isThere(InetSocketAddress actual, InetSocketAddress wanted) {
        boolean everywhere = actual.getAddress().isAnyLocalAddress();
        return (wanted.getPort() == 0 || wanted.getPort() == actual.getPort())
                && (everywhere
                        ? wanted.getAddress().isAnyLocalAddress()
                        : actual.getAddress().equals(wanted.getAddress()));
    }

    /** A warning that the settings have one address and the socket another. */
    public static String elsewhere(InetSocketAddress actual, InetSocketAddress wanted) {
        return "relay.udp.address and relay.udp.port are " + Text.listening(wanted)
                + ", but systemd's socket is " + Text.listening(actual)
                + ", and the socket counts: change the settings,"
                + " or ListenDatagram= with systemctl edit backhaul-relay.socket, and have the syslog daemon send there";
    }

    /** A warning about a reduced buffer: the kernel itself reports nothing. */
    public static String shortReceiveBuffer(int granted, int wanted, boolean inherited) {
        return "The kernel granted " + granted + " of the " + wanted + " bytes of relay.udp.receive-buffer: set "
                + (inherited
                        ? "ReceiveBuffer=" + wanted + " with systemctl edit backhaul-relay.socket, restart that socket"
                        : "the sysctl net.core.rmem_max=" + wanted + " and restart")
                + ", or a burst may overflow it";
    }

    /** Gives the port back, unless it belongs to the service manager. */
    @Override
    public void close() throws IOException {
        if (!inherited) {
            channel.close();
        }
    }
}
