package backhaul.transport;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Octets that only an attacker would send. */
public final class Hostile {
    private Hostile() {}

    /** Anything, up to {@code most} octets, more often those that mean something to a parser. */
    public static Arbitrary<byte[]> octets(int most) {
        return Arbitraries.frequencyOf(
                        Tuple.of(2, Arbitraries.bytes()),
                        Tuple.of(3, Arbitraries.of(bytes("0123456789 \n\r\0ABEHLOSTVY-"))))
                .array(byte[].class)
                .ofMaxSize(most);
    }

    /** {@code sound} with an octet changed, a piece cut out, or a piece doubled. */
    public static Arbitrary<byte[]> damaged(byte[] sound) {
        Arbitrary<Integer> place = Arbitraries.integers().between(0, sound.length - 1);
        return Combinators.combine(place, place, Arbitraries.bytes(), Arbitraries.of(0, 1, 2))
                .as((one, other, octet, way) -> {
                    int from = Math.min(one, other);
                    int to = Math.max(one, other);
                    if (way == 0) {
                        byte[] changed = sound.clone();
                        changed[from] = octet;
                        return changed;
                    }
                    byte[] head = Arrays.copyOf(sound, way == 1 ? from : to);
                    byte[] tail = Arrays.copyOfRange(sound, way == 1 ? to : from, sound.length);
                    byte[] joined = Arrays.copyOf(head, head.length + tail.length);
                    System.arraycopy(tail, 0, joined, head.length, tail.length);
                    return joined;
                });
    }

    /** The octets in pieces of 1..{@code most}, always the same for a seed. */
    public static InputStream pieces(byte[] octets, int most, long seed) {
        Random random = new Random(seed);
        return new ByteArrayInputStream(octets) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1 + random.nextInt(most)));
            }
        };
    }

    private static Byte[] bytes(String text) {
        return text.chars().mapToObj(octet -> (byte) octet).toArray(Byte[]::new);
    }
}
