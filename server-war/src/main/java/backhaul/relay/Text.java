package backhaul.relay;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Numbers and addresses as a person reads them. */
final class Text {
    private Text() {}

    /** {@code 250 ms}, {@code 1.5 s}, {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 10 min}, {@code 4 d 3 h}. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        long tenths = (millis + 50) / 100;
        if (tenths < 100) {
            return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " s";
        }
        long seconds = (millis + 500) / 1_000;
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return pair(seconds / 60, "min", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return pair(seconds / 3_600, "h", seconds % 3_600 / 60, "min");
        }
        return pair(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
    }

    /** {@code [203.0.113.7:50022]}, {@code [2001:db8::7]:50022}. */
    static String peer(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return address.getAddress() instanceof Inet6Address
                ? "[" + host + "]:" + address.getPort()
                : "[" + host + ":" + address.getPort() + "]";
    }

    /** {@code 127.0.0.1:514}, {@code [::1]:514}, {@code *:514}. */
    static String listening(InetSocketAddress address) {
        String host = address.getAddress().isAnyLocalAddress()
                ? "*"
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** {@code 512 KiB}, {@code 32 MiB}, {@code 1.5 GiB}; at least one KiB. */
    static String size(long octets) {
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

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
