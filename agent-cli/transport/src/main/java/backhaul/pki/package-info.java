/**
 * Keys, certificates, names, revocation, and TLS in words: PEM files to a TLS 1.3 context, the check of one's own files and
 * of a peer's certificate, distinguished names, and a failure as one sentence.
 *
 * <p>Where to begin: {@link backhaul.pki.Credentials} reads a set of files and makes the TLS context,
 * {@link backhaul.pki.AuthorityTrustManager} decides about a peer's certificate, {@link backhaul.pki.Revocations} about
 * revoked ones, {@link backhaul.pki.CredentialsWatch} takes up changed files, {@link backhaul.pki.FilesCheck} is what both
 * {@code check} commands say about the files, {@link backhaul.pki.TlsFailure} finds the words for what went wrong.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Java SE, {@code jdk.net} for keep-alive, and {@code backhaul.transport} only; nothing here knows what goes over the
 *       connection.
 *   <li>Nothing here starts a thread, opens a socket or logs.
 *   <li>Every error is a sentence that names the thing, the value and the way out.
 * </ol>
 */
package backhaul.pki;
