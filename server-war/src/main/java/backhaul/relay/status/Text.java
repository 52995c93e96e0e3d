package backhaul.relay.status;

import backhaul.transport.DurationText;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/** Writes numbers, sizes, times and addresses for people. */
public final class Text {
    private Text() {}

    /** {@code 250 ms}, {@code 1.5 s}, {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 10 min}, {@code 4 d 3 h}. */
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1_000 ? millis + " ms" : DurationText.show(duration);
    }

    /** {@code [203.0.113.7:50022]}, {@code [2001:db8::7]:50022}. */
    public static String peer(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "[" + host + "]:" + address.getPort()
                : "[" + host + ":" + address.getPort() + "]";
    }

    /** {@code 127.0.0.1:514}, {@code [::1]:514}, {@code *:514}. */
    public static String listening(InetSocketAddress address) {
        String host = address.getAddress().isAnyLocalAddress()
                ? "*"
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** {@code 512 KiB}, {@code 32 MiB}, {@code 1.5 GiB}; at least one KiB. */
    public static String size(long octets) {
        if (octets < 1 << 20) {
            return Math.max(1, octets >> 10) + " KiB";
        }
        long mebibytes = octets >> 20;
        if (mebibytes < 1024) {
            return mebibytes + " MiB";
        }
        long tenths = mebibytes * 10 / 1024;
        return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " GiB";
    }

    /** {@code about 12 min}: a duration that is an estimate, in its largest unit. */
    static String about(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 2 * 60) {
            return "about " + seconds + " s";
        }
        if (seconds < 2 * 3_600) {
            return "about " + seconds / 60 + " min";
        }
        return seconds < 2 * 86_400 ? "about " + seconds / 3_600 + " h" : "about " + count(seconds / 86_400) + " d";
    }

    /** {@code 1,234,567}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 0}, {@code 0.3}, {@code 12}, {@code 4,711}: a rate in messages a second. */
    public static String rate(double perSecond) {
        return perSecond >= 10 || perSecond == 0
                ? count(Math.round(perSecond))
                : perSecond < 0.05 ? "<0.1" : String.format(Locale.ROOT, "%.1f", perSecond);
    }

    /** {@code 1 message}, {@code 1,204 messages}. */
    public static String messages(long number) {
        return count(number) + (number == 1 ? " message" : " messages");
    }

    /** {@code 1 agent}, {@code 3 agents}. */
    public static String agents(long number) {
        return number + (number == 1 ? " agent" : " agents");
    }

    /** Capitalizes a sentence, unless it begins with the name of a key or a program. */
    public static String capital(String sentence) {
        return sentence.startsWith("the ") || sentence.startsWith("a ")
                ? Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1)
                : sentence;
    }
}
