/**
 * Keys, certificates, names and revocation: makes a TLS 1.3 context from PEM files, checks our own files and a peer's
 * certificate, compares distinguished names, and explains a failure in one sentence.
 *
 * <p>Where to begin: {@link backhaul.pki.Credentials} reads a set of files and makes the TLS context,
 * {@link backhaul.pki.AuthorityTrustManager} decides about a peer's certificate, {@link backhaul.pki.Revocations} about
 * revoked ones, {@link backhaul.pki.CredentialsWatch} loads changed files, {@link backhaul.pki.FilesCheck} checks the files
 * for both {@code check} commands, and {@link backhaul.pki.TlsFailure} explains failures.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Java SE, {@code jdk.net} for keep-alive, and {@code backhaul.transport} only; nothing here knows the data on the
 *       connection.
 *   <li>Nothing here starts a thread, opens a socket or logs.
 *   <li>Every error is a sentence that names the cause, the value and the fix.
 * </ol>
 */
package backhaul.pki;
