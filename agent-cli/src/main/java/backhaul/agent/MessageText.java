package backhaul.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import backhaul.transport.Printable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Locale;

/** Turns messages into text, and text into text that cannot control a terminal. */
final class MessageText {
    private static final char REPLACEMENT = '\ufffd';

    private MessageText() {}

    /** The bytes as UTF-8; invalid ones become {@code \xff}. */
    static String decode(byte[] octets, int offset, int length) {
        String text = new String(octets, offset, length, UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeOdd(ByteBuffer.wrap(octets, offset, length));
    }

    private static String decodeOdd(ByteBuffer octets) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        StringBuilder text = new StringBuilder();
        CharBuffer chars = CharBuffer.allocate(octets.remaining());
        while (true) {
            CoderResult result = decoder.decode(octets, chars.clear(), true);
            text.append(chars.flip());
            if (result.isUnderflow()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.append(String.format(Locale.ROOT, "\\x%02x", octets.get() & 0xff));
            }
        }
    }

    /** Escapes characters that would move the cursor, change colours or reorder the line; a tab is four spaces. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '\t' -> shown.append("    ");
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        shown.append((char) c);
                    } else {
                        shown.append(Printable.of(Character.toString(c)));
                    }
                }
            }
        }
        return shown.toString();
    }
}
