package backhaul.pki;

import backhaul.transport.PrometheusText;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes as metrics when our certificates, those of the CA file and the revocation lists expire, where it matters. */
public final class ExpiryMetrics {
    private static final String TIMESTAMP = "_timestamp_seconds";

    private ExpiryMetrics() {}

    /** @param whose as in a sentence */
    public static void write(PrometheusText text, Credentials own, String whose, Instant now) {
        // Two certificates may look alike; two series must not.
        Map<String, Instant> ends = new LinkedHashMap<>();
        for (X509Certificate certificate : own.ending(now)) {
            String labels = PrometheusText.labels(
                    "subject",
                    Certificates.subject(certificate),
                    "serial",
                    certificate.getSerialNumber().toString(16));
            ends.merge(labels, certificate.getNotAfter().toInstant(), Credentials::earlier);
        }
        String help = "When a certificate of " + whose + ", or a CA's that it trusts, ends.";
        family(text, "certificate_expiry", help, ends);
        ends.clear();
        for (Expiry list : own.revocations().expiries(now)) {
            ends.merge(PrometheusText.labels("list", list.what()), list.end(), Credentials::earlier);
        }
        family(text, "crl_expiry", "When a revocation list is out of date.", ends);
    }

    private static void family(PrometheusText text, String name, String help, Map<String, Instant> ends) {
        text.family(name + TIMESTAMP, "gauge", help);
        ends.forEach((labels, end) -> text.sample(name + TIMESTAMP, labels, end));
    }
}
