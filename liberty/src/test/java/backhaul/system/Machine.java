package backhaul.system;

import java.nio.file.Path;

/**
 * The three files that a machine gets from the authority.
 *
 * @param cert its certificate, then its issuers
 * @param key its key
 * @param ca what it trusts
 */
record Machine(Path cert, Path key, Path ca) {}
