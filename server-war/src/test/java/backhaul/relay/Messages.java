package backhaul.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages whose every octet follows from their number, so that whoever receives one can check all of it. */
final class Messages {
    private Messages() {}

    /** Octets of message {@code number}: mostly some hundred, now and then one, or as many as a datagram can hold. */
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

    /** Checks that the batch holds exactly the frames of its messages from number {@code first} on. */
    static void check(Batch batch, long first) {
        byte[] octets = batch.octets();
        int at = 0;
        for (long number = first; number < first + batch.messages(); number++) {
            byte[] header = (length(number) + " ").getBytes(StandardCharsets.US_ASCII);
            for (byte expected : header) {
                same(expected, octets[at++], number);
            }
            for (int i = 0; i < length(number); i++) {
                same(octet(number, i), octets[at++], number);
            }
        }
        if (at != batch.length()) {
            throw new AssertionError("batch of " + batch.length() + " octets has frames of " + at);
        }
    }

    private static void same(byte expected, byte actual, long number) {
        if (expected != actual) {
            throw new AssertionError("octet of message " + number + ": expected " + expected + ", was " + actual);
        }
    }
}
