package backhaul.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages whose every byte follows from their number, so that a receiver can check all of it. */
final class Messages {
    private Messages() {}

    /** Bytes of message {@code number}: mostly some hundred, now and then one, or as many as a datagram can hold. */
    static int length(long number) {
        if (number % 1009 == 7) {
            return 65_507;
        }
        if (number % 101 == 3) {
            return 1;
        }
        return 8 + (int) (number * 37 % 700);
    }

    static byte octet(long number, int index) {
        return (byte) (number * 31 + index * 7 + (number >>> 8));
    }

    static ByteBuffer message(long number) {
        ByteBuffer message = ByteBuffer.allocate(length(number));
        fill(message, number);
        return message;
    }

    /** Writes message {@code number} and flips. */
    static void fill(ByteBuffer message, long number) {
        message.clear();
        int length = length(number);
        for (int i = 0; i < length; i++) {
            message.put(octet(number, i));
        }
        message.flip();
    }

    /** Checks that the batch continues with the frames from number {@code first} on, and how many end in it. */
    static void check(Batch batch, long first) {
        long number = first;
        int inFrame = batch.begun();
        byte[] header = header(number);
        for (int at = 0; at < batch.length(); at++) {
            byte expected = inFrame < header.length ? header[inFrame] : octet(number, inFrame - header.length);
            if (batch.octets()[at] != expected) {
                throw new AssertionError("octet " + inFrame + " of frame " + number + ": expected " + expected
                        + ", was " + batch.octets()[at]);
            }
            if (++inFrame == header.length + length(number)) {
                inFrame = 0;
                header = header(++number);
            }
        }
        if (number - first != batch.messages() || number > first && inFrame > 0) {
            throw new AssertionError("batch of " + batch.length() + " octets has the ends of " + (number - first)
                    + " frames and " + inFrame + " octets, and says " + batch.messages());
        }
    }

    private static byte[] header(long number) {
        return (length(number) + " ").getBytes(StandardCharsets.US_ASCII);
    }
}
