package backhaul.pki;

import backhaul.transport.Wire;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a TLS alert from the peer means to us, in words (RFC 8446 section 6.2). */
final class Alerts {
    private static final Pattern RECEIVED = Pattern.compile("Received (?:fatal )?alert: ([a-z0-9_]+)");

    private Alerts() {}

    /** The name of the alert in a message of the JDK, or null. */
    static String received(String message) {
        Matcher matcher = RECEIVED.matcher(message);
        return matcher.find() ? matcher.group(1) : null;
    }

    static String explain(String alert, TlsFailure.Side side, String peer) {
        boolean agent = side == TlsFailure.Side.AGENT;
        return peer + " "
                + switch (alert) {
                    case "unknown_ca" ->
                        "does not know the CA of our certificate (unknown_ca): its CA file must hold the CA that issued it";
                    case "certificate_expired" ->
                        "says that our certificate has expired (certificate_expired): renew it, or set the clock there";
                    case "certificate_revoked" ->
                        "says that our certificate is revoked (certificate_revoked): have the CA issue a new one";
                    case "certificate_required" ->
                        "demands a certificate and got none that it can use (certificate_required):"
                                + " give it one of a usual kind (EC P-256 or RSA)";
                    case "access_denied" ->
                        "knows our certificate but does not let it in (access_denied): its configuration says who may";
                    case "certificate_unknown", "bad_certificate", "unsupported_certificate" ->
                        "refused our certificate (" + alert + "): its log says why, most often "
                                + (agent
                                        ? "another CA, a wrong date or no clientAuth"
                                        : "another CA, a name that is not in the certificate, a wrong date or no serverAuth");
                    case "decrypt_error", "bad_record_mac", "decode_error", "record_overflow", "unexpected_message" ->
                        "could not make sense of what it received (" + alert
                                + "): something on the way may be changing the data, or the CA was made anew under its old name";
                    case "protocol_version" -> "does not speak TLS 1.3 (protocol_version): update it";
                    case "no_application_protocol" ->
                        "does not speak " + Wire.ALPN
                                + " (no_application_protocol): it is not Backhaul, or of another version";
                    case "unrecognized_name" ->
                        "does not answer to the name it was asked for (unrecognized_name): check the name";
                    case "handshake_failure",
                            "insufficient_security",
                            "illegal_parameter",
                            "missing_extension",
                            "unsupported_extension" ->
                        "has nothing in TLS 1.3 in common with us (" + alert
                                + "): it may know only TLS 1.2, or not the kind of our key";
                    case "internal_error" -> "had an error of its own (internal_error): its log says more";
                    case "close_notify", "user_canceled" -> "ended the connection before it was established";
                    default -> "ended TLS with the alert " + alert + ": its log may say why";
                };
    }
}
