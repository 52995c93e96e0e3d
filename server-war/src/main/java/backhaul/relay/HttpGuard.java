package backhaul.relay;

import backhaul.transport.Printable;
import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Restricts HTTP to read requests from programs on this machine. The port is on loopback, but a browser on this machine
 * shows other people's pages, and one of them could have a name that points here (DNS rebinding). So a request has to
 * name this machine.
 *
 * <p>It runs before everything else that reads a request, and lets nothing odd through: the code behind it answers a
 * path or a header that it cannot read with a stack trace, in the answer and in the log.
 */
@WebFilter("/*")
public class HttpGuard implements Filter {
    /** As a browser sends it after {@code ssh -L}, with any port. */
    private static final Pattern OURS =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    /** The characters of our own paths. */
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._/-]{1,100}");

    private static final int MOST_OF_NAME = 100;

    /**
     * Allow only our own files, and none within somebody else's page. server.xml has the same for answers that bypass
     * this.
     */
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control",
            "no-store",
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri"
                    + " 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Referrer-Policy",
            "no-referrer",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY");

    @Inject
    private SyslogRelay relay;

    @Override
    public void doFilter(ServletRequest asked, ServletResponse answer, FilterChain rest) {
        HttpServletRequest request = (HttpServletRequest) asked;
        HttpServletResponse response = (HttpServletResponse) answer;
        try {
            HEADERS.forEach(response::setHeader);
            if (mayAsk(request, response)) {
                HeldAnswer held = new HeldAnswer(response);
                rest.doFilter(new PlainQuestion(request), held);
                HEADERS.forEach(response::setHeader); // it may have been reset
                held.send();
            }
        } catch (IOException e) {
            // The client has gone.
        } catch (ServletException | RuntimeException e) {
            failed(response, e);
        }
    }

    /** Returns false if it has answered the request. */
    private static boolean mayAsk(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String host = host(request);
        if (!OURS.matcher(host).matches()) {
            say(
                    response,
                    HttpServletResponse.SC_FORBIDDEN,
                    "This is for programs of this machine, which ask for localhost, 127.0.0.1 or [::1], and not for "
                            + Printable.of(host, MOST_OF_NAME) + ".\nThrough a tunnel, such as ssh -L"
                            + " 9080:127.0.0.1:9080, ask for http://localhost:9080/; a reverse proxy has to set the"
                            + " header Host to localhost.\n");
            return false;
        }
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            say(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Nothing can be changed here: GET only.\n");
            return false;
        }
        if (!PATH.matcher(request.getRequestURI()).matches()) {
            say(response, HttpServletResponse.SC_NOT_FOUND, "No page has such an address.\n");
            return false;
        }
        return true;
    }

    /** HTTP/2 has no such header, and no browser speaks it without TLS. */
    private static String host(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return host == null ? String.valueOf(request.getServerName()) : host.strip();
    }

    private void failed(HttpServletResponse response, Exception failure) {
        relay.fault("Answering a question by HTTP failed", failure);
        if (response.isCommitted()) {
            return;
        }
        try {
            response.reset();
            HEADERS.forEach(response::setHeader);
            say(
                    response,
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    "The relay could not answer that: its log says why.\n");
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void say(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter().write(text);
    }
}
