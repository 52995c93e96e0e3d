package backhaul.relay;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * An answer that is kept until it is whole. Whoever makes it does not learn that whoever asked has gone, which would be
 * worth a stack trace to it; and nothing of it is out if it fails half-way.
 */
final class HeldAnswer extends HttpServletResponseWrapper {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    HeldAnswer(HttpServletResponse response) {
        super(response);
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return new ServletOutputStream() {
            @Override
            public void write(int octet) {
                body.write(octet);
            }

            @Override
            public void write(byte[] octets, int from, int length) {
                body.write(octets, from, length);
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new IllegalStateException("no page is written asynchronously");
            }
        };
    }

    @Override
    public void flushBuffer() {
        // Only whole.
    }

    @Override
    public void resetBuffer() {
        body.reset();
    }

    @Override
    public void reset() {
        body.reset();
        super.reset();
    }

    /** Lets it go. */
    void send() throws IOException {
        if (!isCommitted() && body.size() > 0) {
            getResponse().setContentLength(body.size());
            getResponse().getOutputStream().write(body.toByteArray());
        }
    }
}
