package backhaul.relay;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Puts the resources at the root of the HTTP port. */
@ApplicationPath("/")
public class StatusApplication extends Application {}
