package backhaul.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Messages that have arrived somewhere, in their order. Any thread. */
final class Received implements Consumer<byte[]> {
    private final List<byte[]> messages = new ArrayList<>(); // guarded by this

    @Override
    public synchronized void accept(byte[] message) {
        messages.add(message);
    }

    synchronized int count() {
        return messages.size();
    }

    synchronized List<byte[]> messages() {
        return List.copyOf(messages);
    }

    /** Waits for as many messages as these, and compares each byte. */
    void expect(List<byte[]> sent) {
        try {
            Wait.until(sent.size() + " messages", () -> count() >= sent.size());
        } catch (RuntimeException e) {
            // The missing messages are reported below.
        }
        List<byte[]> came = messages();
        for (int i = 0; i < Math.min(sent.size(), came.size()); i++) {
            assertThat(inWords(came.get(i))).as("message %d", i).isEqualTo(inWords(sent.get(i)));
        }
        assertThat(came).as("messages that have arrived").hasSize(sent.size());
    }

    void expectText(List<String> sent) {
        expect(sent.stream().map(Messages::octets).toList());
    }

    private static String inWords(byte[] message) {
        boolean text = true;
        for (byte octet : message) {
            text &= octet >= ' ' && octet < 127;
        }
        return message.length + " octets: "
                + (text
                        ? new String(message, StandardCharsets.US_ASCII)
                        : HexFormat.ofDelimiter(" ").formatHex(message));
    }
}
