/**
 * Backhaul as a whole: the packaged server, the agent's jar and real syslog daemons, each a process of its own, on
 * loopback and on ports that were free.
 *
 * <p>A tool that is not installed skips its tests and says so; where the environment has {@code CI=true} it fails them.
 * No test sleeps: {@link Wait} asks until something is so, for a bounded time.
 */
package backhaul.system;
