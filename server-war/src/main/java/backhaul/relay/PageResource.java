package backhaul.relay;

import backhaul.relay.status.StatusPage;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The relay's state as a page for people, and the three files that the page needs. */
@Path("")
@RequestScoped
public class PageResource {
    @Inject
    private SyslogRelay relay;

    @GET
    @Produces(MediaType.TEXT_HTML + ";charset=utf-8")
    public String page() {
        return relay.running()
                .map(running -> StatusPage.of(running.status()))
                .orElseGet(() -> StatusPage.of(relay.reason(), relay.events()))
                .markup();
    }

    @GET
    @Path("status.css")
    @Produces("text/css;charset=utf-8")
    public byte[] style() {
        return file("status.css");
    }

    @GET
    @Path("status.js")
    @Produces("text/javascript;charset=utf-8")
    public byte[] script() {
        return file("status.js");
    }

    @GET
    @Path("icon.svg")
    @Produces("image/svg+xml")
    public byte[] icon() {
        return file("icon.svg");
    }

    private static byte[] file(String name) {
        try (InputStream file = StatusPage.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
