package backhaul.relay;

import backhaul.transport.Printable;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Pattern;

/**
 * Keeps HTTP to questions, by programs of this machine. The port is on loopback, but a browser of this machine shows pages
 * of others, and one of them could have a name that points here (DNS rebinding): so who asks has to name this machine.
 */
@Provider
@PreMatching
public class HttpGuard implements ContainerRequestFilter, ContainerResponseFilter {
    /** As a browser has it after {@code ssh -L}, with whatever port. */
    private static final Pattern OURS =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    private static final int MOST_OF_NAME = 100;

    /** Nothing but our own files, nothing within somebody else's page. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    @Override
    public void filter(ContainerRequestContext request) {
        String host = host(request);
        if (!OURS.matcher(host).matches()) {
            request.abortWith(text(
                    Response.Status.FORBIDDEN,
                    "This is for programs of this machine, which ask for localhost, 127.0.0.1 or [::1], and not for "
                            + Printable.of(host, MOST_OF_NAME) + ".\nThrough a tunnel, such as ssh -L"
                            + " 9080:127.0.0.1:9080, ask for http://localhost:9080/; a reverse proxy has to set the"
                            + " header Host to localhost.\n"));
        } else if (!request.getMethod().equals(HttpMethod.GET)
                && !request.getMethod().equals(HttpMethod.HEAD)) {
            request.abortWith(Response.fromResponse(
                            text(Response.Status.METHOD_NOT_ALLOWED, "Nothing can be changed here: GET only.\n"))
                    .header(HttpHeaders.ALLOW, "GET, HEAD")
                    .build());
        }
    }

    /** HTTP/2 has no such header, and no browser speaks it without TLS. */
    private static String host(ContainerRequestContext request) {
        String host = request.getHeaderString(HttpHeaders.HOST);
        return host == null ? request.getUriInfo().getRequestUri().getAuthority() : host.strip();
    }

    private static Response text(Response.Status status, String text) {
        return Response.status(status)
                .type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8"))
                .entity(text)
                .build();
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        headers.putSingle("Content-Security-Policy", POLICY);
        headers.putSingle("Cross-Origin-Resource-Policy", "same-origin");
        headers.putSingle("Referrer-Policy", "no-referrer");
        headers.putSingle("X-Content-Type-Options", "nosniff");
        headers.putSingle("X-Frame-Options", "DENY");
    }
}
