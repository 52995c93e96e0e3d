package backhaul.system;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A collector as a process of its own: {@code FileSink PORT FILE} appends each datagram to the file as a line. */
public final class FileSink {
    private static final int RECEIVE_BUFFER = 8 << 20; // requested from the kernel, which may give less

    private FileSink() {}

    public static void main(String[] arguments) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open();
                Selector selector = Selector.open();
                OutputStream file = new BufferedOutputStream(
                        Files.newOutputStream(
                                Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        1 << 16)) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer message = ByteBuffer.allocateDirect(65_536);
            byte[] line = new byte[65_537];
            while (true) {
                if (channel.receive(message.clear()) == null) {
                    file.flush();
                    selector.select();
                    selector.selectedKeys().clear();
                } else {
                    int length = message.flip().remaining();
                    message.get(line, 0, length);
                    length -= length > 0 && line[length - 1] == '\n' ? 1 : 0; // rsyslog ends a datagram with one
                    line[length] = '\n';
                    file.write(line, 0, length + 1);
                }
            }
        }
    }
}
