package backhaul.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.newsclub.net.unix.AFUNIXDatagramChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** A Unix datagram socket that tells what it got; closing it leaves its name behind, as a daemon does that is killed. */
final class UnixCollector implements Closeable {
    private final AFUNIXDatagramChannel channel = AFUNIXDatagramChannel.open();

    UnixCollector(Path path) throws IOException {
        Files.deleteIfExists(path);
        channel.bind(AFUNIXSocketAddress.of(path));
    }

    /** The next message, an octet for each character. */
    String message() throws IOException {
        ByteBuffer message = ByteBuffer.allocate(65_535);
        channel.receive(message);
        return new String(message.array(), 0, message.position(), ISO_8859_1);
    }

    List<String> messages(int count) throws IOException {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message());
        }
        return messages;
    }

    boolean isEmpty() throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.receive(ByteBuffer.allocate(1)) == null;
        } finally {
            channel.configureBlocking(true);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
