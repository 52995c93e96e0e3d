package backhaul.pki;

import backhaul.transport.Wire;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains a TLS alert from the peer in words (RFC 8446 section 6.2). */
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
                        "does not know the CA of our certificate (unknown_ca): its CA file must contain the CA that issued it";
                    case "certificate_expired" ->
                        "says that our certificate has expired (certificate_expired): renew it, or set the clock there";
                    case "certificate_revoked" ->
                        "says that our certificate is revoked (certificate_revoked): have the CA issue a new one";
                    case "certificate_required" ->
                        "requires a certificate and got none that it can use (certificate_required):"
                                + " give it one of a common type (EC P-256 or RSA)";
                    case "access_denied" ->
                        "knows our certificate but does not let it in (access_denied): its configuration decides who may connect";
                    case "certificate_unknown", "bad_certificate", "unsupported_certificate" ->
                        "refused our certificate (" + alert + "): its log says why, most often "
                                + (agent
                                        ? "another CA, a wrong date or no clientAuth"
                                        : "another CA, a name that is not in the certificate, a wrong date or no serverAuth");
                    case "decrypt_error", "bad_record_mac", "decode_error", "record_overflow", "unexpected_message" ->
                        "could not understand the data that it received (" + alert
                                + "): something on the path may be changing it, or the CA was recreated under its old name";
                    case "protocol_version" -> "does not speak TLS 1.3 (protocol_version): update it";
                    case "no_application_protocol" ->
                        "does not speak " + Wire.ALPN
                                + " (no_application_protocol): it is not Backhaul, or another version of it";
                    case "unrecognized_name" ->
                        "does not have the name that it was asked for (unrecognized_name): check the name";
                    case "handshake_failure",
                            "insufficient_security",
                            "illegal_parameter",
                            "missing_extension",
                            "unsupported_extension" ->
                        "has no TLS 1.3 algorithm in common with us (" + alert
                                + "): it may support only TLS 1.2, or not our type of key";
                    case "internal_error" -> "had an internal error (internal_error): its log has the details";
                    case "close_notify", "user_canceled" -> "closed the connection before it was established";
                    default -> "closed the connection with the TLS alert " + alert + ": its log may have the reason";
                };
    }
}
